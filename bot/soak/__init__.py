"""The soak: the steps killed with SIGKILL at every named point while Slack fails in every way, and what Slack shows.

`python -m bot.soak` (or `make soak`) runs it. Sockets, SQLite file, steps, messenger and cards are the real ones; made
up are the news (`script`), how they are decided on (no language model is loaded), and the clock (`clock`).
"""
