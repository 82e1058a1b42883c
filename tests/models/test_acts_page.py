"""The page of ``coach bench-acts``: its table, its plots, and its text escaped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.conversation import Acts, Sentence, Word
from coach_models.annotation.agreement import reliability
from coach_models.annotation.page import MARGIN, SIDE, plot
from coach_models.cli_bench_acts import bench_acts


class Sure:
    """Finds each turn to be one open question, and is 0.85 sure."""

    @classmethod
    def create(cls, *, model: str | None, device: str) -> Sure:
        return cls()

    def __call__(self, words: tuple[Word, ...], **_: object) -> tuple[Sentence, ...]:
        return tuple(
            Sentence(w.span, w.speaker or "", w.text, (i,), Acts("open_question", 0.85))
            for i, w in enumerate(words)
        )


def test_a_bin_lies_where_its_share_says() -> None:
    known = reliability([0.85] * 4, [True, True, True, False])
    assert known is not None
    drawn = plot(known)
    assert f'cy="{MARGIN + SIDE * 0.25:g}"' in drawn
    assert "expected error 0.100" in drawn


def test_the_page_has_the_table_and_a_plot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("coach.registry.load", lambda port, name: Sure)
    rows = [{"text": "How?", "act": "open_question"}, {"text": "Fine.", "act": "other"}]
    file, page = tmp_path / "a<b.jsonl", tmp_path / "page.html"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    asked = [str(file), "--annotator", "acts", "--condition", "text", "--page", str(page)]
    done = CliRunner().invoke(bench_acts, asked, catch_exceptions=False)
    assert done.exit_code == 0
    written = page.read_text("utf-8")
    assert written.startswith("<!doctype html>")
    assert "a&lt;b.jsonl" in written and "a<b" not in written
    assert written.count("<circle") == 1
    assert "expected error 0.350" in written


def test_the_errors_are_per_mille_of_each_label(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("coach.registry.load", lambda port, name: Sure)
    rows = [
        {"text": "How?", "act": "open_question", "speaker": "A", "role": "mentor"},
        {"text": "Badly.", "act": None, "speaker": "B", "role": "mentee"},
        {"text": "Oh.", "act": "other", "speaker": "A", "listening": ["reflection_simple"]},
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    asked = [str(file), "--annotator", "acts", "--errors"]
    done = CliRunner().invoke(bench_acts, asked, catch_exceptions=False)
    assert done.output.splitlines() == [
        # Open questions are found as open ones that are not sure, and so is all the rest.
        "acts  questions  (0, 1000, 0, 0, 0), (0, 0, 0, 0, 0), (0, 1000, 0, 0, 0)",
        "acts  reflections  (0, 0, 0, 1000), (0, 0, 0, 1000)",
        "acts  advice  (0, 0, 0, 0), (0, 0, 0, 1000)",
    ]
