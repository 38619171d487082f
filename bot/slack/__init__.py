"""Slack: calls to its Web API, and messages as Block Kit. It decides nothing."""
