"""`python -m bot` is `backchannel`."""

from bot.cli import main

if __name__ == "__main__":  # a helper process imports this module again
    main()
