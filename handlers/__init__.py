"""Bolt listeners: each module translates what Slack sends and calls a service; nothing else."""
