"""The report of a training run: what the shipped weights are and what they can do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from acts.calibrate import decide
from acts.examples import Example
from coach.conversation import Acts
from coach_models.annotation import agreement
from coach_models.annotation.calibration import Calibrations
from coach_models.annotation.classifier import NETWORK, Classifier
from coach_models.annotation.encoding import ACTS, KINDS, LISTENING


def write_report(
    folder: Path,
    weights: Path,
    classifier: Classifier,
    calibrations: Calibrations,
    tests: Mapping[str, Sequence[Example]],
) -> None:
    """Write ``report.json`` and ``report.md``.

    Parameters
    ----------
    folder : of the report.
    weights : folder of the component.
    classifier, calibrations : as the annotator has them.
    tests : examples by the name of their set.
    """
    with (weights / NETWORK).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    figures = {
        f"{name}, {condition}": _figures(classifier, calibrations, examples, condition)
        for name, examples in tests.items()
        for condition in ("marked", "bare")
    }
    report = {"sha256": sha256, "bytes": (weights / NETWORK).stat().st_size, "figures": figures}
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (folder / "report.md").write_text(_page(report), "utf-8")


def _figures(
    classifier: Classifier,
    calibrations: Calibrations,
    examples: Sequence[Example],
    condition: str,
) -> dict:
    given = decide(classifier, calibrations, examples, condition)
    labels, acts = [ACTS[example.act] for example in examples], [each.act for each in given]
    found = agreement.compare_acts(labels, acts)
    right = [x == y for x, y in zip(labels, acts, strict=True)]
    return {
        "sentences": len(examples),
        "acts": {act: asdict(each) for act, each in found.items()},
        "macro_f1": agreement.macro_f1(found),
        "kappa": agreement.kappa(labels, acts),
        "question": asdict(
            agreement.compare_label([x != "other" for x in labels], [x != "other" for x in acts])
        ),
        "calibration": asdict(agreement.reliability([each.probability for each in given], right)),
        "confusion": [[_count(labels, acts, a, b) for b in ACTS] for a in ACTS],
        "kinds": _labels(KINDS, [e.kinds for e in examples], [each.kinds for each in given]),
        "listening": _labels(
            LISTENING, [e.listening for e in examples], [each.listening for each in given]
        ),
        "label_calibration": _label_calibration(examples, given),
    }


def _label_calibration(examples: Sequence[Example], given: Sequence[Acts]) -> dict[str, float]:
    """Expected calibration error of each label's probability, where the label is known."""
    labels = np.stack([np.concatenate((e.kinds, e.listening)) for e in examples])
    told = [dict(each.label_probabilities) for each in given]
    errors = {}
    for column, name in enumerate((*KINDS, *LISTENING)):
        known = np.flatnonzero(~np.isnan(labels[:, column]))
        shares = [told[i].get(name, 0.0) for i in known]
        found = agreement.reliability(shares, (labels[known, column] == 1).tolist())
        errors |= {name: found.error} if found is not None else {}
    return errors


def _count(labels: Sequence[str], given: Sequence[str], label: str, act: str) -> int:
    return sum(x == label and y == act for x, y in zip(labels, given, strict=True))


def _labels(
    names: Sequence[str], labels: Sequence[np.ndarray], given: Sequence[Sequence[str]]
) -> dict[str, dict]:
    """Figures of each label that the corpus has throughout."""
    known = np.stack(labels)
    return {
        name: asdict(
            agreement.compare_label((known[:, i] == 1).tolist(), [name in each for each in given])
        )
        for i, name in enumerate(names)
        if not np.isnan(known[:, i]).any()
    }


def _page(report: dict) -> str:
    lines = [
        "# The act annotator: report of its training run",
        "",
        f"Weights: sha256 `{report['sha256']}`, {report['bytes'] / 1e6:.1f} MB. Written by "
        "`make train-acts`; all figures on dialogues and meetings that trained nothing.",
        "",
        "| kept apart | sentences | open F1 | closed F1 | other F1 | macro F1 | kappa "
        "| question F1 | ECE |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, each in report["figures"].items():
        acts = " | ".join(f"{each['acts'][act]['f1']:.3f}" for act in ACTS)
        lines.append(
            f"| {name} | {each['sentences']} | {acts} | {each['macro_f1']:.3f} | "
            f"{each['kappa']:.3f} | {each['question']['f1']:.3f} "
            f"| {each['calibration']['error']:.3f} |"
        )
    for group in ("kinds", "listening"):
        lines += ["", f"## {group.capitalize()} (mentoring test dialogues)", ""]
        lines += ["| label | count | F1, marked | F1, bare | ECE, marked | ECE, bare |"]
        lines += ["|---|---|---|---|---|---|"]
        marked, plain = (report["figures"][f"mentoring, {c}"] for c in ("marked", "bare"))
        for name, each in marked[group].items():
            errors = (f"{part['label_calibration'][name]:.3f}" for part in (marked, plain))
            lines.append(
                f"| {name} | {each['count']} | {_show(each['f1'])} | "
                f"{_show(plain[group][name]['f1'])} | {' | '.join(errors)} |"
            )
    return "\n".join(lines) + "\n"


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
