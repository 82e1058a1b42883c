"""The workers: queues, workers, stages in child processes, chores.

An accepted recording ends in a scorecard or in a clear error. Jobs run by `coach_api.engine`. The
room imports sessions and the rooms below it, and nothing of the web.
"""
