"""The annotator: it cuts sentences and finds their questions and listening acts.

It imports `coach`, `coach_models.weights` and spaCy.
"""
