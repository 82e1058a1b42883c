"""The measures of listening, one family to a file."""
