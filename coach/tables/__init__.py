"""A corpus as tidy tables: the columns, the rows of a session, and the data dictionary.

Who writes the rows, and to which kind of file, is not known here. It imports `coach.scorecard` and
what lies below it.
"""
