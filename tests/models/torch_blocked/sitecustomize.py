"""On PYTHONPATH: no process may import torch, as where it is not installed."""

import sys


class _Absent:
    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in ("torch", "torchaudio") or name.startswith("pyannote."):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, _Absent)
