"""The control API: what a person does in Slack, and what they see, as JSON for tests and for the page."""
