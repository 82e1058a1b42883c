"""The service over HTTP: the app, its routes and pages, and what every answer passes through.

It imports every room except the command line.
"""
