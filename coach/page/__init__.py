"""The presentation of a scorecard: as a page, in a terminal, in figures and charts.

It reads scorecards and conversations and changes neither. It imports `coach.scorecard` and the
rooms below it.
"""
