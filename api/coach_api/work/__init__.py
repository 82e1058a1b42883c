"""Durable jobs: an accepted recording ends in a scorecard or in a clear error.

Everything that knows the engine is here: queues, workers, stages in child processes, chores. It
imports sessions and what lies below, and nothing of the web.
"""
