"""Rendering: what the domain and the queries know, as Block Kit. Pure: no clock, no network, no database.

Everything from outside is escaped and cut below Slack's limits here, so a caller cannot forget it.
"""
