"""From measures to feedback: two strengths, then one thing to try, with the moments that show it.

Feedback is formative and private, without a grade or a ranking. Every finding carries its figures,
its quotes, how sure it is, and the domain from which its reference range was borrowed. The room
imports `coach.measures` and the rooms below it.
"""

from __future__ import annotations

from coach.feedback.choose import give_feedback
from coach.feedback.context import FeedbackContext
from coach.feedback.feelings import named_feelings
from coach.feedback.rephrasing import Rephrasing, rephrase
from coach.feedback.topics import TOPICS
from coach.feedback.values import Feedback, Finding, Quote, Skill, Suggestion

__all__ = [
    "TOPICS",
    "Feedback",
    "FeedbackContext",
    "Finding",
    "Quote",
    "Rephrasing",
    "Skill",
    "Suggestion",
    "give_feedback",
    "named_feelings",
    "rephrase",
]
