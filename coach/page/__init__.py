"""How a scorecard looks: as a page, in a terminal, in figures and charts.

It reads scorecards and conversations and changes neither. It imports `coach.scorecard` and what
lies below it.
"""
