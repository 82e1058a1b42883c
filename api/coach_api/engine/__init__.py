"""The job engine: one book of jobs, and the executor that runs them.

All that knows DBOS is here. A job is a name and a queue; what it is about stands in the rows of its
session. This room imports nothing of the service.
"""
