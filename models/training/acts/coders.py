"""How far two coders of spontaneous talk agree: ``python -m acts.coders``.

A second coder, who did not see the first one's labels, coded part of the same utterances
(``second_*.csv``). What is settled afterwards is in ``settled.csv`` and is not compared here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from acts.spontaneous import FOLDER, Labels, read_labels
from coach_models.annotation.agreement import kappa
from coach_models.annotation.encoding import KINDS, LISTENING


@dataclass(frozen=True, slots=True)
class Agreement:
    """One label: how often each coder gave it, how often both, and Cohen's kappa."""

    first: int
    second: int
    both: int
    kappa: float | None


def main() -> None:
    """Write a table with a row for each label."""
    pairs = compare()
    rows = {
        "act": [(first["act"], second["act"]) for first, second in pairs],
        "open or closed": [
            (first["act"], second["act"])
            for first, second in pairs
            if "other" not in (first["act"], second["act"])
        ],
    }
    for name, acts in rows.items():
        print_row(name, Agreement(len(acts), len(acts), len(acts), kappa(*zip(*acts, strict=True))))
    for name, has in _checks().items():
        found = agreement(pairs, has)
        if found.first or found.second:
            print_row(name, found)


def _checks() -> dict[str, Callable[[Labels], bool]]:
    named = {name: _has(name) for name in (*KINDS, *LISTENING)}
    return {"question": lambda row: row["act"] != "other", "reflection": reflects, **named}


def compare() -> list[tuple[Labels, Labels]]:
    """The labels of both coders wherever there are two."""
    first = read_labels(sorted(FOLDER.glob("coder_*.csv")))
    second = read_labels(sorted(FOLDER.glob("second_*.csv")))
    return [(first[place], labels) for place, labels in second.items() if place in first]


def agreement(pairs: Sequence[tuple[Labels, Labels]], has: Callable[[Labels], bool]) -> Agreement:
    """Compare one label.

    Parameters
    ----------
    pairs : labels of two coders for the same sentences.
    has : whether labels contain the one to compare.
    """
    first, second = ([has(pair[side]) for pair in pairs] for side in (0, 1))
    both = sum(a and b for a, b in zip(first, second, strict=True))
    return Agreement(sum(first), sum(second), both, kappa(first, second))


def reflects(labels: Labels) -> bool:
    """Whether a coder called it a reflection, simple or complex."""
    return any(name.startswith("reflection") for name in labels["listening"])


def _has(name: str) -> Callable[[Labels], bool]:
    return lambda labels: name in labels["kinds"] or name in labels["listening"]


def print_row(name: str, found: Agreement) -> None:
    """Write one row."""
    value = "-" if found.kappa is None else f"{found.kappa:.3f}"
    sys.stdout.write(f"{name:26s} {found.first:5d} {found.second:5d} {found.both:5d} {value:>6s}\n")


if __name__ == "__main__":
    main()
