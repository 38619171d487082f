"""What this program answers over HTTP: whether it is well, and Slack's requests where Socket Mode is not used."""
