"""``coach bench-feedback``: what the product and readers have in common, on small made cases."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.conversation import Acts, ModelUsed, Sentence, Word
from coach.errors import InputError
from coach_models.annotation.turns import TranscriptTurn
from coach_models.cli_bench_feedback import bench_feedback
from coach_models.judging.agreement import common_of, strengths_denied_by_all
from coach_models.judging.dialogues import conversation, dialogues
from coach_models.judging.judgements import JudgedMoment, Judgement, read_judgements
from coach_models.judging.product import judge

ROOT = Path(__file__).parents[2]


def judgement(
    *strengths: str, denied: str = "", attempt: str | None = "advice", at: tuple[int, ...] = ()
) -> Judgement:
    moments = tuple(JudgedMoment(turn, "advice", False) for turn in at)
    return Judgement(strengths, frozenset(denied.split()), attempt, moments)


def test_what_two_judges_have_in_common_is_counted_over_what_both_judged() -> None:
    ones = {
        "x": judgement("reflections", "probing", at=(2, 8, 20)),
        "y": judgement("balance", attempt=None),
        "only here": judgement("summary"),
    }
    others = {
        "x": judgement("probing", denied="reflections", attempt="feelings", at=(3, 30)),
        "y": judgement("balance"),
    }
    found = common_of("a", ones, "b", others)
    assert found.dialogues == 2
    assert (found.strengths, found.of_one, found.of_other) == (2, 3, 2)
    assert found.denied == 1
    assert (found.attempts, found.proposed) == (0, 1)
    assert (found.moments, found.moments_of_one, found.moments_of_other) == (1, 3, 2)


def test_a_strength_that_one_reader_accepts_is_not_denied_by_all() -> None:
    ours = {"x": judgement("reflections", "probing")}
    readers = [{"x": judgement(denied="reflections probing")}, {"x": judgement(denied="probing")}]
    assert strengths_denied_by_all(ours, readers) == [("x", "probing")]


def test_sentences_of_a_turn_are_one_turn_and_others_stand_alone() -> None:
    said = [
        TranscriptTurn("So.", "M", "x", {"turn": 0}),
        TranscriptTurn("How was it?", "M", "x", {"turn": 0}),
        TranscriptTurn("Hard.", "P", "x", {"turn": 1}),
        TranscriptTurn("Fine.", "P", "y", {"turn_id": 0}),
        TranscriptTurn("Bye.", "M", "y", {"turn_id": 1}),
    ]
    found = dialogues(said)
    assert [turn.text for turn in found["x"]] == ["So. How was it?", "Hard."]
    assert len(found["y"]) == 2


class OneATurn:
    """Makes each turn a sentence, and one with a question mark a closed question."""

    models = (ModelUsed("annotation", "by hand"),)

    @classmethod
    def create(cls, **_: object) -> OneATurn:
        return cls()

    def __call__(self, words: tuple[Word, ...], **_: object) -> tuple[Sentence, ...]:
        """Make a sentence of each turn."""
        found: list[list[int]] = []
        for i, word in enumerate(words):
            if not found or words[found[-1][-1]].speaker != word.speaker:
                found.append([])
            found[-1].append(i)
        return tuple(_sentence(words, own) for own in found)


def _sentence(words: tuple[Word, ...], own: list[int]) -> Sentence:
    text = " ".join(words[i].text for i in own)
    act = "closed_question" if text.endswith("?") else "other"
    span = words[own[0]].span
    return Sentence(span.__class__(span.start, words[own[-1]].span.end),
                    words[own[0]].speaker or "", text, tuple(own), Acts(act))  # fmt: skip


CLOSED = [
    ("M", "Did you talk to her?"), ("P", "No."), ("M", "Did you write to Tom?"), ("P", "No."),
    ("M", "Did you visit the school?"), ("P", "No, I stayed at home. " + 40 * "I waited there. "),
    ("M", 30 * "I had that, too. " + "Did you plan the exam?"),
    ("P", "I did not, for I had so much else to do this week."),
]  # fmt: skip


def spoken_dialogue() -> list[TranscriptTurn]:
    roles = {"M": "mentor", "P": "mentee"}
    return [TranscriptTurn(text, who, "x", {"role": roles[who]}) for who, text in CLOSED]


def test_the_product_judges_by_what_can_be_read() -> None:
    found = judge(spoken_dialogue(), OneATurn())
    assert found.strengths == ()
    assert found.attempt == "reflections"
    assert found.moments == (JudgedMoment(5, "reflections", False),)


class KnownToErr(OneATurn):
    models = (ModelUsed("annotation", "acts-en"),)


def test_the_errors_of_an_annotator_count_as_for_a_recording() -> None:
    """Four closed questions that may be anything are no reason to speak of reflections."""
    taken, doubted = (judge(spoken_dialogue(), annotator()) for annotator in (OneATurn, KnownToErr))
    assert taken.attempt == "reflections"
    assert doubted != taken


def test_a_turn_takes_as_long_as_its_words() -> None:
    conv, spans = conversation(spoken_dialogue())
    assert conv.mentor is not None and conv.mentor.id == "M"
    assert spans[5].duration > 2 * spans[0].duration
    assert all(a.end < b.start for a, b in pairwise(spans))


def line(name: str, **fields: object) -> str:
    row = {"dialogue": name, "strengths": ["balance"], "denied": [], "try": "advice", "moments": []}
    return json.dumps(row | fields)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no judgement"),
        ("{", "is no judgement"),
        (line("x", moments=[{"turn": 1}]), "is no judgement"),
        (line("x", strengths=["charm"]), "unknown topic 'charm'"),
        (line("x") + "\n" + line("x"), "judged before"),
    ],
)
def test_a_readers_file_that_is_not_as_the_rubric_wants_it(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "reader.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        read_judgements(file)


def test_the_readers_files_are_read_and_quote_nothing_of_annomi() -> None:
    folder = ROOT / "models/training/judgements"
    first, second, third, fourth = (
        read_judgements(folder / f"reader_{n}.jsonl") for n in (1, 2, 3, 4)
    )
    assert first.keys() == second.keys() and len(first) == 39
    assert third.keys() == fourth.keys() and len(third) == 40
    assert not first.keys() & third.keys()
    rows = [
        json.loads(row)
        for path in folder.glob("*.jsonl")
        for row in path.read_text("utf-8").splitlines()
    ]
    others = [row for row in rows if row["dialogue"].startswith("annomi")]
    assert len(others) == 78
    assert all(
        moment.keys() == {"turn", "topic", "good"} for r in others for moment in r["moments"]
    )


def test_the_command_compares_names_what_is_missing_and_counts_topics(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("coach.registry.load", lambda port, name: OneATurn)
    talk = tmp_path / "talk.jsonl"
    rows = [
        {"dialogue": "x", "turn": i, "speaker": turn.speaker, "text": turn.text, "act": None}
        | turn.row
        for i, turn in enumerate(spoken_dialogue())
    ]
    talk.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    moments = [{"turn": 4, "topic": "open_questions", "good": False}]
    options = []
    for name, attempt in (("anna", "reflections"), ("ben", "feelings")):
        file = tmp_path / f"{name}.jsonl"
        both = (line("x", **{"try": attempt, "moments": moments, "denied": ["balance"]}), line("z"))
        file.write_text("\n".join(both), "utf-8")
        options += ["--reader", str(file)]
    done = CliRunner().invoke(bench_feedback, [str(talk), *options], catch_exceptions=False)
    assert done.exit_code == 0
    found = [row.split() for row in done.output.splitlines()]
    assert found[1][:3] == ["product", "anna", "1"]
    assert found[1][3:] == "0 of 0 and 1 0 1 of 1 1 of 1 and 1".split()
    assert found[2][3:] == "0 of 0 and 1 0 0 of 1 1 of 1 and 1".split()
    assert ["reflections", "0", "/", "1", "0", "/", "1", "0", "/", "0"] in found
    assert "every reader denies: none." in done.output
    assert "Left out, in no FILE: z." in done.output
