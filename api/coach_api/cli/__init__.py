"""The commands of the service.

It imports every other room.
"""
