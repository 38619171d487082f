"""What a person sees who follows a link from an alert: the article, and the front page of an outlet."""

from __future__ import annotations

from html import escape, unescape
from typing import TYPE_CHECKING

from bot.sandbox.samples.feeds import article

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.samples.release import Released
    from bot.sandbox.samples.rundown import Outlet

NOTICE = (
    "This outlet is made up. The story was written for Backchannel's demo from public facts of December 2025 "
    "and quotes nobody."
)
SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 18px/1.5 Georgia, serif; max-width: 38rem; margin: 3rem auto; padding: 0 1rem }}
body {{ color: #1d1c1d; background: #fffdf8 }}
h1 {{ font-size: 1.8rem; line-height: 1.2 }}
header, footer, .meta {{ font: 14px/1.4 system-ui, sans-serif; color: #5b5a57 }}
footer {{ border-top: 1px solid #d9d5cc; margin-top: 3rem; padding-top: 1rem }}
a {{ color: #0b4c8c }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e8e6e1; background: #1b1a18 }} a {{ color: #8cc0f5 }} }}
</style>
</head>
<body>
<header>{header}</header>
{body}
<footer>{notice}</footer>
</body>
</html>
"""


def story_page(outlet: Outlet, item: Released, *, site: str) -> str:
    """One article as it reads now."""
    title = unescape(item.title)
    credit = f" · {escape(item.story.credit)}" if item.story.credit else ""
    edited = f" · edited {item.updated:%H:%M:%S} UTC" if item.updated != item.published else ""
    body = (
        f"<h1>{escape(title)}</h1>"
        f'<p class="meta">{item.published:%H:%M:%S} UTC{credit}{edited}</p>'
        f"<p>{escape(unescape(item.summary))}</p>"
    )
    return _page(title, _link(f"{site}/", outlet.name), body, language=outlet.language)


def front_page(outlet: Outlet, released: Sequence[Released], *, site: str) -> str:
    """An outlet's stories so far, newest first."""
    links = "".join(f"<li>{_link(article(site, item.story.id), unescape(item.title))}</li>" for item in released)
    body = f"<h1>{escape(outlet.title)}</h1><p>{escape(outlet.about)}</p><ul>{links}</ul>"
    return _page(outlet.title, escape(outlet.name), body, language=outlet.language)


def index_page(outlets: Sequence[Outlet], *, sites: Mapping[str, str]) -> str:
    """Every outlet, by the address of its front page."""
    links = "".join(f"<li>{_link(sites[outlet.id] + '/', outlet.name)}</li>" for outlet in outlets)
    title = "Sample outlets"
    return _page(title, "Backchannel demo", f"<h1>{title}</h1><ul>{links}</ul>", language="en")


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def _page(title: str, header: str, body: str, *, language: str) -> str:
    return _PAGE.format(language=language, title=escape(title), header=header, body=body, notice=escape(NOTICE))
