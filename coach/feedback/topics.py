"""The table of topics that feedback can be about. `coach.rules` has their thresholds."""

from __future__ import annotations

from coach.feedback import acknowledging, asking, empathy, interrupting, sharing, unheard
from coach.feedback.topic import Topic

_ACTS_SURE = "Open or closed is a judgement, on which trained people often differ."
_RULES_SURE = "Found by the wording alone, so some will have been missed: read the quotes."

TOPICS = (
    Topic(
        "reflections", "empathy", "reflection_to_question",
        empathy.reflections_per_question,
        empathy.praise_reflections, empathy.propose_reflections,
        "A reflection shows that you understood, and lets the other hear themselves. In "
        "motivational interviewing it sets good sessions apart more clearly than questions do.",
        _RULES_SURE, "how often you gave back what you heard",
        is_invitation=True,
    ),
    Topic(
        "interruptions", "listening", "interruptions",
        interrupting.interruption_rate, interrupting.praise_patience,
        interrupting.propose_patience,
        "What comes at the end of a sentence is often the part that was hardest to say.",
        "Interruption is a judgement on which people who listen to recordings often differ: "
        "listen to the moments and decide for yourself.",
        needs_words=False,
    ),
    Topic(
        "repair", "listening", "interruptions",
        interrupting.repairs, interrupting.praise_repair, None,
        "Coming in happens to everybody; giving the floor back says that the other comes first.",
        "Found by the wording: listen to the moment.",
    ),
    Topic(
        "feelings", "empathy", "feeling_words",
        empathy.feelings_balance, empathy.praise_feelings, empathy.propose_feelings,
        "A feeling that is named is an invitation; taking it up says that it may be here.",
        "Only feelings said in words are counted; nothing is inferred from a voice. " + _RULES_SURE,
        "whether feelings were taken up",
        is_invitation=True,
    ),
    Topic(
        "open_questions", "communication", "open_ratio",
        asking.open_share, asking.praise_open, asking.propose_open,
        "Open questions make the other think aloud; closed ones mostly confirm what you think.",
        _ACTS_SURE, "how open your questions were",
        is_invitation=True,
    ),
    Topic(
        "balance", "listening", "talk_share",
        sharing.talk_share, sharing.praise_balance, sharing.propose_balance,
        "The one who speaks is mostly the one who works things out.",
        "Talk time is measured, never judged; how much of it is good depends on the session.",
        needs_words=False,
    ),
    Topic(
        "probing", "communication", "question_feeling_probe",
        asking.probing_share, asking.praise_probing, asking.propose_probing,
        "Why, what if and what was it like lead from the story to what it means.",
        _RULES_SURE, "how often you asked about what lies beneath",
        is_invitation=True,
    ),
    Topic(
        "advice", "empathy", "advice_without_permission",
        empathy.unasked_advice, empathy.praise_permission, empathy.propose_permission,
        "Advice that was asked for is heard; the rest often closes the conversation.",
        _RULES_SURE, "whether advice was welcome",
    ),
    Topic(
        "silence", "listening", "wait_after_answer",
        sharing.kept_silences, sharing.praise_silence, sharing.propose_silence,
        "The second half of an answer often comes after a pause.",
        "Silences are known to about 0.1 s. A short gap is usual in conversation and no fault.",
        needs_words=False,
        is_invitation=True,
    ),
    Topic(
        "monologue", "listening", "longest_monologue",
        sharing.monologue, None, sharing.propose_shorter,
        "After a minute of listening the other can hardly come back to all of it.",
        "Turns are measured from the sound.",
        needs_words=False,
    ),
    Topic(
        "stacked_questions", "communication", "stacked_questions",
        asking.stacked_questions, None, asking.propose_single,
        "Of several questions the last and easiest gets the answer.",
        _RULES_SURE, "how often questions came in one breath",
    ),
    Topic(
        "early_replies", "listening", "early_responses",
        sharing.early_share, None, sharing.propose_last_word,
        "Who waits for the last word hears where the sentence was going.",
        "Starts are known to about 0.1 s; a small overlap at the end of a turn is usual.",
        needs_words=False,
    ),
    Topic(
        "affirmation", "empathy", "affirmations",
        acknowledging.affirmations, acknowledging.praise_affirmation, None,
        "A strength that somebody else has seen is easier to believe in.",
        _RULES_SURE,
    ),
    Topic(
        "summary", "empathy", "summaries",
        acknowledging.summaries, acknowledging.praise_summary, None,
        "Hearing it gathered, the other can see what belongs together, and add what is missing.",
        _RULES_SURE,
    ),
    Topic(
        "minimising", "empathy", "minimising",
        acknowledging.minimising, None, acknowledging.propose_staying,
        "Comfort that comes too soon says that the matter is closed.",
        _RULES_SURE,
    ),
    Topic(
        "unheard", "listening", "uptake",
        unheard.unheard_balance, None, unheard.propose_asking,
        "What somebody comes back to is often what they came with.",
        "Found by the words alone: you may have taken it up in other words.",
    ),
    # No proposal: the quietest signals never reach a recording, so few heard is not few given.
    Topic(
        "backchannels", "listening", "backchannels",
        sharing.backchannel_rate, sharing.praise_following, None,
        "Small signs of following keep the other going.",
        "At least so many: quiet ones are easily missed.",
        needs_words=False,
    ),
)  # fmt: skip
