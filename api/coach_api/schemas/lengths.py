"""The longest texts, in characters: the same in the forms of the pages and in the API."""

NAME = 200
TITLE = 300
EMAIL = 320
NOTE = 5_000
SAID = 5_000
"""Words of a sentence that somebody puts right."""
