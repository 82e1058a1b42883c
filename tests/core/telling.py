"""What the tests of the feedback share: looking at one topic of a conversation."""

from __future__ import annotations

from collections.abc import Mapping

from coach.conversation import Acts, Conversation
from coach.feedback import TOPICS, Feedback, FeedbackContext, Finding, give_feedback
from coach.feedback.topic import Leaning
from coach.measures import measure
from coach.rules import Rules
from coach.talk import talk, with_acts
from coach.turns import floor

OPEN, CLOSED = Acts("open_question"), Acts("closed_question")


def feedback(conv: Conversation) -> Feedback:
    taken = floor(conv)
    return give_feedback(taken, measure(taken))


def heard(conv: Conversation, rules: Rules | None = None) -> FeedbackContext:
    taken = floor(conv, rules or Rules())
    assert conv.mentor is not None
    return FeedbackContext(taken, measure(taken), conv.mentor)


def topic_of(conv: Conversation, name: str) -> tuple[Leaning | None, FeedbackContext]:
    looked = heard(conv)
    topic = next(topic for topic in TOPICS if topic.name == name)
    return topic.lean(looked), looked


def praised(conv: Conversation, name: str) -> Finding:
    lean, looked = topic_of(conv, name)
    topic = next(topic for topic in TOPICS if topic.name == name)
    assert lean is not None
    assert lean.low > 0
    assert topic.praise is not None
    told = topic.praise(looked)
    assert told is not None
    return topic.finding(told)


def proposed(conv: Conversation, name: str) -> Finding:
    lean, looked = topic_of(conv, name)
    topic = next(topic for topic in TOPICS if topic.name == name)
    assert lean is not None
    assert lean.high < 0.25
    assert topic.propose is not None
    told = topic.propose(looked)
    assert told is not None
    return topic.finding(told)


def rounds(asked: str, answered: str, number: int = 6, answer: float = 12.0) -> list[str]:
    """The mentor asks, the mentee answers, over and over."""
    lines = []
    for i in range(number):
        start = i * (answer + 4)
        lines.append(f"A {start}-{start + 2} {asked}")
        lines.append(f"B {start + 2.5}-{start + 2.5 + answer} {answered}")
    return lines


def acts(conv: Conversation, given_: Acts, speaker: str = "A") -> Conversation:
    own = {i: given_ for i, s in enumerate(conv.sentences) if s.speaker == speaker}
    return with_acts(conv, own)


CLOSED_TALK = acts(talk(*rounds("Did you talk to her?", "No I did not do that yet")), CLOSED)


OPEN_TALK = acts(talk(*rounds("How was that for you?", "It was all quite new to me")), OPEN)


INTERRUPTED = talk(
    "B 0-40 I had thought that we would",
    "A 38-50 Listen to me now please",
    "B 51-90 And then I wanted to say that it",
    "A 88-100 No but listen to me",
    "B 101-140 Fine.",
)


def reflecting(listening: Mapping[int, Acts], number: int = 5) -> Conversation:
    lines = []
    for i in range(number):
        start = i * 20
        lines += [
            f"A {start}-{start + 2} What happened next?",
            f"B {start + 3}-{start + 14} I was working on the report",
            f"A {start + 15}-{start + 18} You were at the report.",
        ]
    asked = {i: OPEN for i in range(0, 3 * number, 3)}
    return with_acts(talk(*lines), {**asked, **listening})
