"""What is kept: the database with its migrations, the recordings and results, and locks on them.

It knows neither users' rights nor jobs. It imports settings and problems only.
"""
