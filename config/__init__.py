"""What a newsroom edits, and what reads it."""
