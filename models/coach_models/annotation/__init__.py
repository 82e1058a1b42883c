"""Sentences and what they do: the annotator of questions and listening acts."""
