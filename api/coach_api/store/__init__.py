"""Everything that is kept: database and migrations, recordings and results, and locks on them.

It knows neither users' rights nor jobs. It imports settings and problems only.
"""
