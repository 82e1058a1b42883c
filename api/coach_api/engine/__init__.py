"""The job engine: one book of jobs, and the executor that runs them.

This is the only room that imports DBOS, and it imports nothing of the service. A job is a name and
a queue; the rows of its session hold everything else.
"""
