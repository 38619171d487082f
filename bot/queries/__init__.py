"""The read side: what Slack and the web ask of the database. Nothing here writes."""
