"""The recipe of the files that hear voices: from the published weights to ONNX."""
