"""A Slack on this machine: the Web API, Socket Mode and people to press the buttons, for the demo and the tests.

`server.Sandbox` is the way in. It answers on loopback only, keeps everything in memory, and knows nothing of
news: any Slack app written for Socket Mode can be pointed at it.
"""
