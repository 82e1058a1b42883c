"""What an analysis of the demo recording should find, and what its README promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from speaking import RATE, TAKES_FLOOR, Interval, Seconds, Sentence, Table, Utterance

NAME = "demo"
NOT_COUNTED = {"logistics", "rhetorical"}  # questions that stay out of the open ratio
MIN_OVERLAP: Seconds = 0.3  # a shorter overlap is listed, but is no event


def total(spans: Iterable[Interval]) -> Seconds:
    """Sum of the durations."""
    return sum(end - start for start, end in spans)


def shared(first: Utterance, second: Utterance) -> list[Interval]:
    """Intervals in which both utterances are heard."""
    pairs = ((max(a, c), min(b, d)) for a, b in first.speech for c, d in second.speech)
    return [(start, end) for start, end in pairs if end > start]


def overlap_rows(placed: Sequence[Utterance]) -> list[Table]:
    """List every overlap of two utterances, with the class that the script gives it."""
    rows = []
    pairs = ((first, second) for i, second in enumerate(placed) for first in placed[:i])
    for first, second in pairs:
        both = shared(first, second)
        if both:
            row: Table = {"start": both[0][0], "end": both[-1][1], "class": second.kind}
            row |= {"by": second.speaker, "over": first.speaker, "overlap_s": total(both)}
            rows.append(row | {"event": total(both) >= MIN_OVERLAP})
    return rows


def sentence_row(at: Seconds, sentence: Sentence) -> Table:
    """Tell the words, times and labels of one sentence."""
    labels: Table = {"act": "other", "kinds": [], "listening": None} | sentence.labels
    row: Table = {"text": sentence.heard, "start": at, "end": at + sentence.duration}
    return row | {k: v for k, v in labels.items() if k not in ("text", "phones", "pause")}


def turn_row(utterance: Utterance) -> Table:
    """Tell the times, words and labels of one utterance, and how it took the floor."""
    spoken = [s for _, s in utterance.sentences]
    row: Table = {"speaker": utterance.speaker, "start": utterance.start, "end": utterance.end}
    row |= {"text": " ".join(s.heard for s in spoken), "kind": utterance.kind}
    host = utterance.host
    if host and utterance.kind in TAKES_FLOOR:
        row["fto"] = utterance.start - host.end
    elif host:
        row |= {"inside_turn_start": host.start, "inside_turn_end": host.end}
    if host and utterance.kind == "interruption":
        row["overlap_s"] = total(shared(host, utterance))
        row["interrupted_turn_left_s"] = host.planned_end - utterance.start
        row["alone_s"] = utterance.end - host.end
        row["cut_off"] = host.planned_end > host.end
    if utterance.planned_end > utterance.end:
        row["planned_text"] = " ".join(s.planned for s in spoken)
        row["planned_end"] = utterance.planned_end
    return row | {"sentences": [sentence_row(*s) for s in utterance.sentences]}


def mentor_counts(turns: Sequence[Table]) -> Table:
    """Count the mentor's questions by act and kind, and listening acts."""
    said = [s for t in turns if t["speaker"] == "mentor" for s in t["sentences"]]
    asked = [s for s in said if s["act"] != "other"]
    counted = [s for s in asked if not NOT_COUNTED & set(s["kinds"])]
    acts = Counter(s["act"] for s in counted)
    return {
        "questions": acts | {"not_counted": len(asked) - len(counted)},
        "open_ratio": acts["open_question"] / len(counted),
        "kinds": Counter(kind for s in asked for kind in s["kinds"]),
        "listening": Counter(s["listening"] for s in said if s["listening"]),
    }


def feeling_rows(turns: Sequence[Table]) -> list[Table]:
    """List the feelings that the mentee names, and whether the mentor answers to them."""
    said = [s for t in turns for s in t["sentences"]]
    picked = {s.get("picks_up") for s in said}
    return [
        {k: s[k] for k in ("feeling", "start", "end")} | {"picked_up": s["feeling"] in picked}
        for s in said
        if "feeling" in s
    ]


def truth_of(placed: Sequence[Utterance], script: Table, duration: Seconds) -> Table:
    """Gather everything that an analysis of the recording should find.

    Parameters
    ----------
    placed : the utterances in the order in which they begin.
    script : the whole script.
    duration : seconds from the start to the end of the recording.

    Returns
    -------
    Times in seconds from the start. `speech` holds what is audible, split at pauses of
    `MIN_PAUSE`; talk times are its sums, so overlapped speech counts for both.
    """
    voices = script["voices"]
    talk = {v: total(s for u in placed if u.speaker == v for s in u.speech) for v in voices}
    turns, events = [turn_row(u) for u in placed], overlap_rows(placed)
    speech = sorted((*span, u.speaker) for u in placed for span in u.speech)
    words = {v: sum(len(t["text"].split()) for t in turns if t["speaker"] == v) for v in voices}
    return {
        "name": NAME,
        "title": script["title"],
        "duration": duration,
        "sample_rate": RATE,
        "speakers": {name: f"flite {voice['flite']}" for name, voice in voices.items()},
        "seed": script["audio"]["seed"],
        "gain_db": [voice["gain_db"] for voice in voices.values()],
        "snr_db": script["audio"]["snr_db"],
        "talk_s": talk,
        "talk_share": {name: value / sum(talk.values()) for name, value in talk.items()},
        "overlap_s": sum(e["overlap_s"] for e in events),
        "n": Counter(t["kind"] for t in turns),
        "gap_median_s": median(t["fto"] for t in turns if t["kind"] == "turn" and "fto" in t),
        "words": words,
        "mentor": mentor_counts(turns),
        "feelings": feeling_rows(turns),
        "turns": turns,
        "speech": [{"speaker": name, "start": start, "end": end} for start, end, name in speech],
        "overlaps": events,
    }


def broken_promises(placed: Sequence[Utterance], truth: Table) -> list[str]:
    """List what the recording should be by its README and is not."""
    broken = [promise for u in placed if u.host for promise in broken_by(u, u.host)]
    if not 180 <= truth["duration"] <= 240:
        broken.append(f"duration {truth['duration']:.0f} s is not within 180-240 s")
    if not 0.42 <= truth["talk_share"]["mentor"] <= 0.48:
        broken.append(f"mentor's talk share {truth['talk_share']['mentor']:.2f} is not about 0.45")
    return broken


def broken_by(second: Utterance, first: Utterance) -> list[str]:
    """List what an utterance should be by its kind, seen against its host, and is not."""
    overlap = first.end - second.start
    rules = {
        "turn": {"no overlap": overlap <= 0},
        "terminal": {"overlap of 0.3-0.5 s": 0.3 <= overlap <= 0.5},
        "interruption": {
            "starts 1 s before the planned end": first.planned_end - second.start >= 1.0,
            "overlap of 0.5-0.75 s": 0.5 <= overlap <= 0.75,
            "1.5 s alone": second.end - first.end >= 1.5,
        },
        "attempt": {
            "overlap of 0.5 s": total(shared(first, second)) >= 0.5,
            "stops 1 s before the other": first.end - second.end >= 1.0,
        },
        "backchannel": {
            "at most 1 s": second.end - second.start <= 1.0,
            "inside the turn": first.end - second.end >= 0.5,
        },
    }
    failed = (rule for rule, holds in rules[second.kind].items() if not holds)
    return [f"{second.kind} at {second.start:.2f} s: {rule} does not hold" for rule in failed]
