"""Where a model's weights are.

Weights are pulled once, by ``coach models pull NAME``, and read from disk ever after: nothing here
touches the network. The folder is ``$COACH_MODELS_DIR``, or `models` in the user's data folder.

Examples
--------
``weights.path("segmentation-3.0") / "pytorch_model.bin"`` is the file to load, and
``weights.used("diarization", "segmentation-3.0")`` is what the provenance says of it.
"""

from __future__ import annotations

from coach_models.weights.local_models import folder, model_used, path, sha256

__all__ = ["folder", "model_used", "path", "sha256"]
