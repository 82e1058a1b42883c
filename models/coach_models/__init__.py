"""The ears: adapters to the speech and language models, and their weights."""
