"""The benchmark: it compares results with references and makes a table, a document and a page.

::

    reference  recordings and what is true of them
    listener   the pipeline as it is; peers/ the others
    pair       what was heard, laid beside what is true
    diarization, talking, events, wording   measures of one pair, as parts that add up
    report     every file and every set, pooled
    table, page, plots, compare   for reading
"""
