"""A corpus: it turns many recordings into tidy tables, on the job engine of the service.

It imports `coach_api.work` and the rooms below it. `manifest` names the recordings, `queue` has
them heard at low priority, `outcome` keeps the results of each, `parquet` writes tables, `groups`
pools measures, and `run` does all of it and continues where it stopped.
"""
