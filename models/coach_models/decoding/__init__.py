"""Opening untrusted media: a child process with limits decodes, the parent only reads samples."""
