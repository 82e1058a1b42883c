"""Durable jobs: an accepted recording ends in a scorecard or in a clear error.

Queues, workers, stages in child processes, chores. It runs jobs by `coach_api.engine`. It
imports sessions and what lies below, and nothing of the web.
"""
