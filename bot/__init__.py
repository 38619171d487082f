"""Backchannel: newsroom alerts for negotiations, in Slack."""
