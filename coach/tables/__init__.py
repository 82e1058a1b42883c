"""A corpus as tidy tables: the columns, the rows of a session and the data dictionary.

It makes rows and writes no files. It imports `coach.scorecard` and the rooms below it.
"""
