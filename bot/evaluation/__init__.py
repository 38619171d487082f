"""The detector over archived items: what it would have done, and how well by labels."""
