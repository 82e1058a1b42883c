"""Sessions after the upload: permissions, corrections, exports, trends, sharing, erasure.

It knows jobs by their port only (`coach_api.sessions.jobs`). It imports people, schemas and the
store.
"""
