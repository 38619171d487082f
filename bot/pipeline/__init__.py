"""The steps: poll, detect, alert, deliver. Each reads the database, asks a decider, and commits what it decided.

A step is idempotent: run again after a crash anywhere, it finishes the work, loses nothing and repeats nothing.
"""
