"""A corpus as tidy tables: the columns, the rows of a session and the data dictionary.

This room makes rows and does not write files. It imports `coach.scorecard` and what is below.
"""
