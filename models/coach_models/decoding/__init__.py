"""Decoding of untrusted media: a child process with limits decodes, the parent reads samples."""
