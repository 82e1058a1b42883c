"""The door: the service that takes recordings and serves scorecards."""
