"""The rules of a robots.txt, read in a worker process: thousands of names with thousands of rules take minutes to read.

It imports little, for every such process has to.
"""

from __future__ import annotations


def judge(rules: str, url: str, name: str) -> tuple[bool, float]:
    """Whether these rules let `name` fetch `url`, and the seconds they want between two fetches."""
    from protego import Protego  # noqa: PLC0415 (only the worker pays for importing it)

    parsed = Protego.parse(rules)
    delay = parsed.crawl_delay(name)
    return parsed.can_fetch(url, name), max(0.0, delay or 0.0)
