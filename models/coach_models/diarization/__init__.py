"""Who spoke when: the parts of the diarizer, one file per step."""
