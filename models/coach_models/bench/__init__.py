"""The benchmark: it compares results with references and makes a table, a document and a page.

::

    reference  recordings and what is true of them
    listener   our pipeline; peers/ has other software
    pair       what was heard, with the names of the reference
    diarization, talking, events, word_errors   measures of one pair, as parts that add up
    report     every file and every set, pooled
    table, page, plots, compare   for reading
"""
