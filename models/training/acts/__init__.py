"""The recipe of the act annotator: from labelled sentences to the weights that ship."""

import coach_models  # noqa: F401  # switches telemetry off before onnxruntime is imported
