"""The columns of the tables: the label, format and better direction of each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

UNKNOWN = "-"


def percent(value: float) -> str:
    """A share as per cent.

    Examples
    --------
    >>> percent(0.0456)
    '4.6'
    """
    return f"{100 * value:.1f}"


def two_decimals(value: float) -> str:
    """Two decimals."""
    return f"{value:.2f}"


def three_decimals(value: float) -> str:
    """Three decimals."""
    return f"{value:.3f}"


def format_whole(value: float) -> str:
    """No decimals."""
    return f"{value:.0f}"


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure in the tables.

    Parameters
    ----------
    key : its name among the values.
    label : short, for the head of a table.
    what : one line of description.
    show : formats a value.
    better : the better direction.
    headline : whether the terminal shows it.
    """

    key: str
    label: str
    what: str
    show: Callable[[float], str] = percent
    better: str = "lower"
    headline: bool = False

    def text(self, value: float | None) -> str:
        """Format a value; a hyphen if there is none."""
        return UNKNOWN if value is None else self.show(value)


def _errors(collar: str, label: str, words: str) -> Iterable[Metric]:
    yield Metric(f"der_{collar}", f"DER {label}", f"diarization error rate, {words}", headline=True)
    yield Metric(f"miss_{collar}", f"miss {label}", f"missed speech, {words}")
    yield Metric(f"false_alarm_{collar}", f"FA {label}", f"speech where there is none, {words}")
    yield Metric(f"confusion_{collar}", f"conf {label}", f"speech of the wrong person, {words}")


def _class(kind: str, label: str) -> Iterable[Metric]:
    for suffix, how in (("", ""), ("_by_timing", " by time alone")):
        short = f"{label}{' t' if suffix else ''}"
        for part, letter in (("precision", "P"), ("recall", "R"), ("f1", "F1")):
            yield Metric(
                f"{kind}_{part}{suffix}", f"{short} {letter}", f"{kind} {part}{how}",
                percent, "higher", kind in ("interruption", "backchannel") and part == "f1",
            )  # fmt: skip


COLUMNS: tuple[Metric, ...] = (
    *_errors("025", ".25", "0.25 s around boundaries left out, %"),
    *_errors("0", "0", "every moment scored, %"),
    Metric("jer", "JER", "Jaccard error rate, %"),
    Metric("speakers_right", "spk ok", "recordings with the right number of speakers, %", percent,
           "higher", True),
    Metric("heard_below_half", "<.5 s", "of speech below 0.5 s, heard from that person, %",
           percent, "higher"),
    Metric("heard_below_one", "<1 s", "of speech of 0.5 to 1 s, heard from that person, %",
           percent, "higher"),
    Metric("share_error", "share", "talk-share error, points (a set: median of its files)",
           headline=True),
    Metric("share_error_worst", "worst", "talk-share error, worst file, points", headline=True),
    Metric("turn_count_error", "turns", "turns too many or too few, % of the turns"),
    Metric("boundaries_found", "bound", "turn boundaries found within 2 s, %", percent, "higher"),
    Metric("boundary_error", "bound s", "turn-boundary error, median, s", two_decimals),
    Metric("boundary_error_p90", "bound90", "turn-boundary error, 90th percentile, s",
           two_decimals),
    Metric("first_word_error", "word1 s", "first word of a turn against its onset, median, s",
           two_decimals),
    Metric("overlap_precision", "ov P", "overlap events from 0.3 s: precision, %", percent,
           "higher"),
    Metric("overlap_recall", "ov R", "overlap events from 0.3 s: recall, %", percent, "higher"),
    Metric("overlap_f1", "ov F1", "overlap events from 0.3 s: F1, %", percent, "higher", True),
    Metric("overlap_seconds_precision", "ovs P", "seconds of overlap: precision, %", percent,
           "higher"),
    Metric("overlap_seconds_recall", "ovs R", "seconds of overlap: recall, %", percent, "higher"),
    *_class("interruption", "int"),
    *_class("backchannel", "bc"),
    *_class("attempt", "att"),
    *_class("terminal", "ter"),
    *_class("cooperative", "coop"),
    Metric("false_interruptions", "inv int", "interruptions that are none, per 10 minutes",
           two_decimals, "lower", True),
    Metric("wer", "WER", "word error rate, %", headline=True),
    Metric("cpwer", "cpWER", "word error rate with speakers (concatenated minimum permutation), %",
           headline=True),
    Metric("wrong_speaker", "mouth", "words heard right and given to the wrong person, %",
           headline=True),
    Metric("invented_words", "inv w", "words further than 0.5 s from any speech", format_whole,
           "lower", True),
    Metric("rtf", "RTF", "real-time factor: seconds from start to end for a second of sound",
           three_decimals, "lower", True),
    Metric("cpu", "CPU", "seconds of CPU, all threads, for a second of sound", three_decimals,
           "lower", True),
    Metric("peak_mb", "MB", "peak memory, 2**20 bytes; of stages side by side, the sum",
           format_whole, "lower", True),
)  # fmt: skip

HEADLINE = tuple(column for column in COLUMNS if column.headline)


def stage_columns(keys: Iterable[str]) -> tuple[Metric, ...]:
    """Columns of the stages' speed and memory among some keys.

    Examples
    --------
    >>> [column.label for column in stage_columns(["wer", "rtf_diarize", "peak_mb_diarize"])]
    ['RTF diarize', 'MB diarize']
    """
    found = []
    for key in dict.fromkeys(keys):
        for start, label, what, show in (
            ("rtf_", "RTF", "real-time factor of", three_decimals),
            ("cpu_", "CPU", "seconds of CPU for a second of sound in", three_decimals),
            ("peak_mb_", "MB", "peak memory, MB, of", format_whole),
        ):
            if key.startswith(start):
                stage = key.removeprefix(start)
                found.append(Metric(key, f"{label} {stage}", f"{what} {stage}", show))
    return tuple(found)
