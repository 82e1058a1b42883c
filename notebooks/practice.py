"""A small made-up corpus to practise on: the sentences of the demo, dealt out anew.

Eight mentors hold six sessions each, three before and three after a training. Who speaks when is
drawn at random; every mentor has a habit of asking, and after the training asks more open questions
and waits a little longer. So there is an effect to be found, and nobody's words are in it.
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from coach import registry
from coach.conversation import (
    Acts,
    Conversation,
    Provenance,
    Recording,
    Sentence,
    Speaker,
    Speech,
    Word,
)
from coach.interchange.json import dump
from coach.intervals import Span

_HERE = Path(__file__).resolve().parents[1]
TRUTH = Path(os.environ.get("PRACTICE_TRUTH", _HERE / "docs/demo/demo.truth.json"))
MENTORS, SESSIONS, EXCHANGES = 8, 6, 14

Row = dict[str, Any]


def corpus(folder: str | Path) -> Path:
    """Write conversations and their manifest into `folder`; gives the manifest's path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_session(folder, mentor, number) for mentor in range(MENTORS) for number in range(SESSIONS)]
    return _manifest(folder / "manifest.csv", rows)


def codings(folder: str | Path) -> Path:
    """Write some conversations twice, as a person and as our software labelled their sentences."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    annotate = registry.load("annotators", "rules").create(model=None, device="cpu")
    rows = []
    for mentor in range(MENTORS):
        dice = random.Random(100 + mentor)
        by_hand = _conversation(dice, dice.uniform(0.3, 0.7))
        ours = annotate(by_hand.words)
        agreed = tuple(replace(s, acts=_at(s, ours)) for s in by_hand.sentences)
        for coder, conv in (("person", by_hand), ("software", replace(by_hand, sentences=agreed))):
            name = f"c{mentor}-{coder}"
            (folder / f"{name}.json").write_text(dump(conv), encoding="utf-8")
            rows.append({"transcript": f"{name}.json", "id": name, "coder": coder,
                         "conversation": f"c{mentor}"})
    return _manifest(folder / "manifest.csv", rows)


def _session(folder: Path, mentor: int, number: int) -> Row:
    trained = number >= SESSIONS // 2
    name = f"m{mentor}-s{number}"
    habit = 0.25 + 0.3 * mentor / (MENTORS - 1)
    dice = random.Random(10 * mentor + number)
    conv = _conversation(dice, habit + 0.25 * trained, 0.8 if trained else 0.3)
    (folder / f"{name}.json").write_text(dump(conv), encoding="utf-8")
    return {"transcript": f"{name}.json", "id": name, "mentor_id": f"m{mentor}", "session": number,
            "training": "after" if trained else "before"}


def _manifest(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def _conversation(dice: random.Random, openness: float, wait: float = 0.3) -> Conversation:
    sentences: list[Sentence] = []
    words: list[Word] = []
    clock = 0.5
    for speaker, said in _exchanges(dice, openness):
        pause = dice.gauss(wait if speaker == "A" else 0.3, 0.35)
        clock = max(0.0, clock + max(-0.9, pause))
        for line in said:
            first = len(words)
            for text in line["text"].split():
                span = Span(clock, clock + 0.06 * len(text) + dice.uniform(0.08, 0.2))
                words.append(Word(span, text, speaker, 0.95))
                clock = span.end
            span = Span(words[first].span.start, clock)
            listening = (line["listening"],) if line["listening"] else ()
            kinds = tuple(kind for kind in line["kinds"] if kind != "stacked")
            sentences.append(Sentence(span, speaker, line["text"], tuple(range(first, len(words))),
                                      Acts(line["act"], 1.0, kinds, listening)))
    order = sorted(range(len(words)), key=lambda i: words[i].span)
    place = {old: new for new, old in enumerate(order)}
    return Conversation(
        Recording("practice", clock + 1),
        (Speaker("A", "mentor"), Speaker("B", "mentee")),
        tuple(Speech(s.span, s.speaker) for s in sentences),
        tuple(words[i] for i in order),
        tuple(replace(s, words=tuple(sorted(place[i] for i in s.words))) for s in sentences),
        "en",
        provenance=Provenance(source="hand"),
    )


def _exchanges(dice: random.Random, openness: float) -> Iterator[tuple[str, list[Row]]]:
    lines = {"mentor": [], "mentee": []}  # type: dict[str, list[Row]]
    for turn in json.loads(TRUTH.read_text(encoding="utf-8"))["turns"]:
        lines[turn["speaker"]] += turn["sentences"]
    by_act = {act: [line for line in lines["mentor"] if line["act"] == act]
              for act in ("open_question", "closed_question", "other")}
    for _ in range(EXCHANGES):
        act = "open_question" if dice.random() < openness else "closed_question"
        asked = [dice.choice(by_act["other"])] * (dice.random() < 0.7) + [dice.choice(by_act[act])]
        yield "A", asked
        yield "B", dice.sample(lines["mentee"], dice.randint(1, 4))


def _at(sentence: Sentence, found: tuple[Sentence, ...]) -> Acts:
    """What was found for the sentence that most of these words are in."""
    own = set(sentence.words)
    best = max(found, key=lambda each: len(own & set(each.words)))
    return best.acts if own & set(best.words) else Acts()
