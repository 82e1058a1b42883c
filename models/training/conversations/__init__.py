"""Conversations built out of recorded single voices, with the class of every overlap known.

::

    pieces   what one person says alone in a recording, with its pauses and words
    plan     who says what when: turns, interruptions, attempts, signals of listening
    write    the reference and the sound of a planned conversation

The labels follow from the plan: who was made to come in where, who was made to stop. The words and
the sound stay those of the recordings; the repository holds the script only.
"""
