"""The labels that the act classifier learns from: whole, by the manual, joined to their words."""

from __future__ import annotations

import hashlib

import pytest
from acts.coders import agreement, compare, reflects
from acts.examples import add_context, mentoring, rows
from acts.meetings import examples
from acts.spontaneous import FOLDER, check_words, read_labels

from coach_models.annotation.encoding import ACTS, KINDS, LISTENING, SentenceInContext

MENTORING = FOLDER.parent / "mentoring"
PLAIN = {"act": "other", "kinds": [], "listening": []}


def utterance(turn: int, speaker: str, text: str, label: str = "s", act: str = "other") -> dict:
    return {
        "conversation_id": "m1", "turn_id": turn, "speaker": speaker, "text": text,
        "original_label": label, "act": act,
    }  # fmt: skip


TALK = [
    utterance(0, "A", "the microphones were too far away."),
    utterance(1, "B", "so you could not hear anybody?", "qy^bu^d", "closed_question"),
    utterance(2, "B", "that is a pity."),
]


def test_every_sentence_of_the_labelled_talk_obeys_the_manual() -> None:
    spontaneous = read_labels(sorted(FOLDER.glob("*.csv")))
    own = rows(MENTORING)
    assert len(read_labels(FOLDER.glob("coder_*.csv"))) >= 12_000
    for labels in (*spontaneous.values(), *own):
        kinds, listening = set(labels["kinds"]), set(labels["listening"])
        assert labels["act"] in ACTS and kinds <= {*KINDS} and listening <= {*LISTENING}
        if "checking" in kinds:
            assert labels["act"] == "other" and reflects(labels)
        if "fact" in kinds:
            assert labels["act"] == "closed_question"
        if labels["act"] == "other":
            assert not kinds or kinds & {"rhetorical", "checking", "tag"}, labels


def test_two_coders_agree_on_what_matters() -> None:
    pairs = compare()
    assert len(pairs) >= 1_500
    assert agreement(pairs, lambda row: row["act"] != "other").kappa > 0.9
    assert agreement(pairs, reflects).kappa > 0.7


def test_a_sentence_is_read_with_what_was_said_around_it() -> None:
    talk = [
        ("B", "I moved here in the spring and I know nobody."), ("A", "Okay."), ("B", "Mm."),
        ("A", "Nobody at all."), ("A", "What do you miss?"),
    ]  # fmt: skip
    assert add_context(talk)[3:] == [
        SentenceInContext(
            "Nobody at all.", "I moved here in the spring and I know nobody. Mm.", "",
            "What do you miss?",
        ),
        SentenceInContext(
            "What do you miss?", "I moved here in the spring and I know nobody. Mm.",
            "Nobody at all.", "",
        ),
    ]  # fmt: skip


def test_labels_of_a_coder_go_before_those_of_the_corpus() -> None:
    labels = {("m1", 1, 0): {**PLAIN, "kinds": ["checking"], "listening": ["reflection_simple"]}}
    told, checked, _ = examples(TALK, labels)
    assert (told.source, checked.source) == ("meetings", "spontaneous")
    assert ACTS[checked.act] == "other" and checked.kinds[KINDS.index("checking")] == 1
    assert checked.before == "The microphones were too far away."
    assert checked.later == "That is a pity."


def test_other_words_than_those_that_were_labelled_are_refused() -> None:
    digest = hashlib.sha256(TALK[1]["text"].encode()).hexdigest()[:12]
    check_words(TALK, {("m1", 1, 0): {**PLAIN, "words": digest}})
    with pytest.raises(ValueError, match="m1, turn 1: the words are not those"):
        check_words(TALK, {("m1", 1, 0): {**PLAIN, "words": "0" * 12}})


def test_dialogues_do_not_run_into_each_other() -> None:
    row = {"speaker": "M", "role": "mentor", "turn": 0, "text": "And then?", **PLAIN}
    first, second = mentoring([{**row, "dialogue": "x1"}, {**row, "dialogue": "x2"}])
    assert (first.later, second.earlier, second.before) == ("", "", "")
