"""The table of topics: what feedback can be about, with its thresholds.

A bound comes from the reference that the catalogue borrows where there is one; the rest are plain
choices that keep silent about what is usual and speak about what stands out.
"""

from __future__ import annotations

from coach.feedback import asking, empathy, interrupting, sharing
from coach.feedback.topic import Bounds, Topic

_ACTS_SURE = "Open or closed is a judgement, on which trained people often differ."
_RULES_SURE = "Found by the wording alone, so some will have been missed: read the quotes."

TOPICS = (
    Topic(
        "reflections", "empathy", "reflection_to_question", 1.0,
        Bounds(poor=0.0, even=0.5, good=1.0),
        empathy.reflections_per_question,
        empathy.praise_reflections, empathy.propose_reflections,
        "A reflection shows that you understood, and lets the other hear themselves. In "
        "motivational interviewing it sets good sessions apart more clearly than questions do.",
        _RULES_SURE, "how often you gave back what you heard",
    ),
    Topic(
        "interruptions", "listening", "interruptions", 0.95,
        Bounds(poor=4.0, even=1.0, good=0.0),
        interrupting.interruption_rate, interrupting.praise_patience,
        interrupting.propose_patience,
        "What comes at the end of a sentence is often the part that was hardest to say.",
        "Interruption is a judgement on which people who listen to recordings often differ: "
        "listen to the moments and decide for yourself.",
        needs_words=False,
    ),
    Topic(
        "repair", "listening", "interruptions", 0.6,
        Bounds(poor=-1.0, even=0.0, good=0.5),
        interrupting.repairs, interrupting.praise_repair, None,
        "Coming in happens to everybody; giving the floor back says that the other comes first.",
        "Found by the wording: listen to the moment.",
    ),
    Topic(
        "feelings", "empathy", "feeling_words", 0.9,
        Bounds(poor=-2.0, even=0.0, good=2.0),
        empathy.feelings_balance, empathy.praise_feelings, empathy.propose_feelings,
        "A feeling that is named is an invitation; taking it up says that it may be here.",
        "Only feelings said in words are counted; nothing is inferred from a voice. " + _RULES_SURE,
        "whether feelings were taken up",
    ),
    Topic(
        "open_questions", "communication", "open_ratio", 0.85,
        Bounds(poor=0.2, even=0.5, good=0.7),
        asking.open_share, asking.praise_open, asking.propose_open,
        "Open questions make the other think aloud; closed ones mostly confirm what you think.",
        _ACTS_SURE, "how open your questions were",
    ),
    Topic(
        "balance", "listening", "talk_share", 0.8,
        Bounds(poor=0.7, even=0.5, good=0.35),
        sharing.talk_share, sharing.praise_balance, sharing.propose_balance,
        "The one who speaks is mostly the one who works things out.",
        "Talk time is measured from the sound and is the surest of these numbers.",
        needs_words=False,
    ),
    Topic(
        "probing", "communication", "question_feeling_probe", 0.7,
        Bounds(poor=0.0, even=0.2, good=0.5),
        asking.probing_share, asking.praise_probing, asking.propose_probing,
        "Why, what if and what was it like lead from the story to what it means.",
        _RULES_SURE, "how often you asked about what lies beneath",
    ),
    Topic(
        "advice", "empathy", "advice_without_permission", 0.65,
        Bounds(poor=3.0, even=empathy.UNASKED, good=-1.0),
        empathy.unasked_advice, empathy.praise_permission, empathy.propose_permission,
        "Advice that was asked for is heard; the rest often closes the conversation.",
        _RULES_SURE, "whether advice was welcome",
    ),
    Topic(
        "silence", "listening", "wait_after_answer", 0.6,
        Bounds(poor=-2.0, even=0.5, good=2.0),
        sharing.waits, sharing.praise_silence, sharing.propose_silence,
        "The second half of an answer often comes after a pause.",
        "Silences are known to about 0.1 s. A short gap is usual in conversation and no fault.",
        needs_words=False,
    ),
    Topic(
        "monologue", "listening", "longest_monologue", 0.6,
        Bounds(poor=120.0, even=60.0, good=0.0),
        sharing.monologue, None, sharing.propose_shorter,
        "After a minute of listening the other can hardly come back to all of it.",
        "Turns are measured from the sound.",
        needs_words=False,
    ),
    Topic(
        "stacked_questions", "communication", "stacked_questions", 0.55,
        Bounds(poor=4.0, even=1.0, good=0.0),
        asking.stacked, None, asking.propose_single,
        "Of several questions the last and easiest gets the answer.",
        _RULES_SURE, "how often questions came in one breath",
    ),
    Topic(
        "early_replies", "listening", "early_responses", 0.5,
        Bounds(poor=0.6, even=0.35, good=0.0),
        sharing.early_share, None, sharing.propose_last_word,
        "Who waits for the last word hears where the sentence was going.",
        "Starts are known to about 0.1 s; a small overlap at the end of a turn is usual.",
        needs_words=False,
    ),
    # No proposal: the quietest signals never reach a recording, so few heard is not few given.
    Topic(
        "backchannels", "listening", "backchannels", 0.45,
        Bounds(poor=0.0, even=1.0, good=4.0),
        sharing.backchannel_rate, sharing.praise_following, None,
        "Small signs of following keep the other going.",
        "At least so many: quiet ones are easily missed.",
        needs_words=False,
    ),
)  # fmt: skip
