"""Open forms of closed questions: they keep the subject and come from a parse of the sentence."""
