"""Users and what they may do: accounts, tokens, links, audit, consents, limits on requests.

It imports schemas and the store.
"""
