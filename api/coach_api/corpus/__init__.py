"""A corpus: many recordings in, tidy tables out, on the job engine of the service.

::

    manifest   which recordings, and what is said about each
    config     (coach.config) how each is analysed
    queue      recordings to listen to: their jobs, as in the service, at low priority
    outcome    the results of one recording: its conversation and its part of every table
    parquet    parts and tables as files
    groups     pooled measures of groups of sessions
    run        all of it, and again where it stopped
"""
