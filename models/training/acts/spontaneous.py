"""Spontaneous talk, coded by hand: labels by reference, joined to words that lie elsewhere.

A file of labels names corpus, conversation, turn and a hash of its words. The words are those of
the ICSI meetings (MRDA) and the HarperValleyBank calls, both CC BY 4.0, and of the classrooms of
the uptake corpus (MIT); none of them is in this repository.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from acts.examples import Example, add_context, read_labelled

Place = tuple[str, int, int]
Labels = Mapping[str, Any]

FOLDER = Path(__file__).parent.parent / "spontaneous"
_HASH = 12


def read_labels(files: Iterable[Path]) -> dict[Place, Labels]:
    """Labels by conversation, turn and sentence; a later file goes before an earlier one."""
    return {
        (row["conversation"], int(row["turn"]), int(row["sentence"])): {
            "act": row["act"],
            "kinds": row["kinds"].split(),
            "listening": row["listening"].split(),
            "words": row["words"],
        }
        for path in files
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    }


def check_words(utterances: Iterable[Mapping[str, Any]], labels: Mapping[Place, Labels]) -> None:
    """Refuse words that are not those that were labelled.

    Raises
    ------
    ValueError : with the first place whose words differ.
    """
    for row in utterances:
        check_text((row["conversation_id"], row["turn_id"], 0), row["text"], labels)


def check_text(place: Place, text: str, labels: Mapping[Place, Labels]) -> None:
    """Refuse a sentence that is not the one that was labelled at its place.

    Parameters
    ----------
    place : of the sentence in the corpus.
    text : as it is there.
    labels : by place, with the text that was labelled.

    Raises
    ------
    ValueError : with the place.
    """
    coded = labels.get(place)
    if coded is not None and coded["words"] != hashlib.sha256(text.encode()).hexdigest()[:_HASH]:
        raise ValueError(
            f"{place[0]}, turn {place[1]}: the words are not those that were labelled. Use the "
            "release of the corpus that the model card names."
        )


def calls(folder: Path, labels: Mapping[Place, Labels]) -> Iterator[Example]:
    """Labelled turns of telephone calls; nothing without the folder.

    Parameters
    ----------
    folder : of the corpus; nothing is read without it.
    labels : by place.
    """
    for path in sorted(folder.glob("hvb_*.json")):
        turns = json.loads(path.read_text("utf-8"))["turns"]
        heard = add_context([(turn["speaker"], turn["text"]) for turn in turns])
        for number, each in enumerate(heard):
            coded = labels.get((path.stem, number, 0))
            if coded is not None:
                yield read_labelled(each, coded, "spontaneous", path.stem)
