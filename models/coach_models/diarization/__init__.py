"""The steps of the diarizer, which finds who spoke when, one file for each step."""
