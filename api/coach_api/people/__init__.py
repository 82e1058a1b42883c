"""Users and what they may do: accounts, tokens, links, the audit, consents, limits on callers.

It imports schemas and the store.
"""
