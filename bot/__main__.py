"""`python -m bot` is `backchannel`."""

from bot.cli import main

main()
