"""Score the tests of a room: change its code in small ways and count the changes that they notice.

The changes are those of mutmut. Its own run would try thousands of them against the whole core
suite; this takes a sample with a seed, and runs for each change the tests of its room only.

    python tests/mutants.py turns --sample 60 --seed 1
"""

import argparse
import difflib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.file_mutation import create_mutations, deep_replace

REPOSITORY = Path(__file__).resolve().parent.parent

# Room: its code, whose doctests run too, and the test files of it.
ROOMS = {
    "intervals": ("coach/intervals.py", ["test_intervals*.py"]),
    "turns": ("coach/turns", ["test_turns*.py", "test_rulings.py"]),
    "measures": (
        "coach/measures",
        ["test_measure*.py", "test_confusion.py", "test_hearing_error.py", "test_surety.py"],
    ),
    "feedback": ("coach/feedback", ["test_feedback*.py", "test_rephrase.py"]),
    "attribution": ("coach/analysis/attribution.py", ["test_attribution*.py"]),
}


@dataclass(frozen=True)
class Mutant:
    """A source file with one change."""

    path: Path
    original: str
    changed: str

    def diff(self) -> str:
        """Return the lines that differ, with the place of the first."""
        lines = difflib.unified_diff(
            self.original.splitlines(),
            self.changed.splitlines(),
            str(self.path),
            "",
            "",
            n=0,
            lineterm="",
        )
        return "\n".join(line for line in lines if not line.startswith("+++"))


def find_mutants(source: Path, root: Path) -> Iterator[Mutant]:
    """Yield every change that mutmut makes in a file, or in the files below a folder."""
    for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
        original = path.read_text()
        module, mutations, _, _ = create_mutations(str(path), original)
        for mutation in mutations:
            changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
            if changed.code != original:
                yield Mutant(path.relative_to(root), original, changed.code)


def run_tests(root: Path, tests: list[str], limit: float | None = None) -> str:
    """Run tests in a copy of the repository: `killed`, `survived` or `timed out`.

    Parameters
    ----------
    root
        the copy.
    tests
        files and folders, below `root`.
    limit
        seconds; None for as long as it takes.

    """
    shutil.rmtree(
        root / ".hypothesis", ignore_errors=True
    )  # no example of one mutant helps the next
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:schemathesis"]
    command += ["-p", "no:cacheprovider", "-m", "not models and not browser", "--hypothesis-seed=0"]
    try:
        ran = subprocess.run(
            [*command, *tests], cwd=root, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return "timed out"
    if ran.returncode == 0:
        return "survived"
    if "usage: " in ran.stderr or ran.returncode == 5:
        raise SystemExit(ran.stdout + ran.stderr)
    return "killed"


def score(room: str, size: int, seed: int) -> Counter[str]:
    """Try a sample of the mutants of a room, print the survivors and count each end."""
    source, patterns = ROOMS[room]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        kept_out = shutil.ignore_patterns(".*", "out", "mutants", "__pycache__", "node_modules")
        shutil.copytree(REPOSITORY, root, ignore=kept_out)
        found = [
            path for pattern in patterns for path in sorted((root / "tests/core").glob(pattern))
        ]
        tests = [source, *(str(path.relative_to(root)) for path in found)]
        began = time.monotonic()
        if run_tests(root, tests) != "survived":
            raise SystemExit(f"{room}: the tests fail before any change")
        limit = 10 + 5 * (time.monotonic() - began)
        mutants = list(find_mutants(root / source, root))
        sample = random.Random(seed).sample(mutants, min(size, len(mutants)))
        ends: Counter[str] = Counter()
        for mutant in sample:
            (root / mutant.path).write_text(mutant.changed)
            end = run_tests(root, tests, limit)
            (root / mutant.path).write_text(mutant.original)
            ends[end] += 1
            if end == "survived":
                sys.stdout.write(f"{mutant.diff()}\n")
    noticed = len(sample) - ends["survived"]
    share = f"{noticed} of {len(sample)} noticed ({noticed / len(sample):.0%})"
    late = f"{ends['timed out']} of them by the time limit"
    sys.stdout.write(f"{room}: {share}, {late}; {len(mutants)} mutants in all\n")
    return ends


def main() -> None:
    """Read the command line and score the rooms that it names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all if none"
    )
    parser.add_argument("--sample", type=int, default=60, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for room in asked.rooms or ROOMS:
        score(room, asked.sample, asked.seed)


if __name__ == "__main__":
    main()
