"""When to ask a hub again, what it granted, and whether it was the hub that spoke."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.poll import Claim
from bot.domain.push import granted, pause_before_asking, signed
from bot.domain.source import Fetched, Hub, Source, Tier, Validators
from bot.pipeline.rhythm import Rhythm
from bot.sources.feed import read_feed

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
REAL = Path(os.environ.get("BACKCHANNEL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "feeds"


def test_a_hub_that_does_not_come_back_is_asked_ever_more_rarely() -> None:
    pauses = [pause_before_asking(attempts) for attempts in (0, 1, 2, 20, 10**6)]
    assert pauses == [
        timedelta(minutes=10),
        timedelta(minutes=20),
        timedelta(minutes=40),
        timedelta(days=1),
        timedelta(days=1),
    ]


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [(86400, timedelta(days=1)), (0, timedelta(minutes=1)), (-5, timedelta(minutes=1)), (10**12, timedelta(days=30))],
)
def test_a_lease_is_believed_within_reason_and_renewed_before_it_ends(seconds: int, lease: timedelta) -> None:
    live_until, renew_at = granted(seconds, NOW)
    assert live_until == NOW + lease
    assert renew_at == NOW + lease * 0.8


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_what_is_signed_with_the_secret_is_believed(method: str) -> None:
    signature = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()
    assert signed(b"body", "secret", f"{method}={signature}")
    assert signed(b"body", "secret", f"{method.upper()}={signature.upper()}")
    assert not signed(b"body ", "secret", f"{method}={signature}")
    assert not signed(b"body", "other", f"{method}={signature}")
    assert not signed(b"body", "secret", f"{method}={signature[:-1]}")


@pytest.mark.parametrize("signature", [None, "", "sha256", "=", "sha256=é", "shake_128=00", "md5=0"])
def test_what_is_no_signature_is_not_believed(signature: str | None) -> None:
    assert not signed(b"body", "secret", signature)


def test_only_a_living_subscription_slows_polling() -> None:
    source = Source("a", "talks", "A", "https://a.example/", None, Tier.OTHER, None, timedelta(minutes=10))
    rhythm = Rhythm(lambda: 0.5)

    def due(pushed_until: datetime | None) -> timedelta:
        every = source.interval
        claim = Claim(source, Validators(), every, 0, first=False, pushed_until=pushed_until, looked_at=NOW - every)
        return rhythm.after_success(claim, NOW, brought_news=True)[1] - NOW

    assert due(None) == due(NOW - timedelta(days=1)) == due(NOW + timedelta(minutes=1)) == timedelta(minutes=8)
    assert due(NOW + timedelta(days=1)) == timedelta(hours=1)
    assert due(NOW + timedelta(minutes=40)) == timedelta(minutes=40)


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title>{links}</feed>'
RSS = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>S</title>{links}</channel></rss>'


@pytest.mark.parametrize(
    ("document", "hub"),
    [
        (
            ATOM.format(
                links='<link rel="self" href="https://a.example/x"/><link rel="hub" href="https://hub.example/"/>'
            ),
            Hub("https://hub.example/", "https://a.example/x"),
        ),
        (
            RSS.format(
                links='<a:link rel="hub" href="https://hub.example/"/><a:link rel="hub" href="https://two.example/"/>'
            ),
            Hub("https://hub.example/", "https://a.example/feed"),
        ),
        (
            (
                '{"version": "https://jsonfeed.org/version/1.1", "feed_url": "/x", "items": [], '
                '"hubs": [{"type": "WebSub", "url": "https://hub.example/"}]}'
            ),
            Hub("https://hub.example/", "https://a.example/x"),
        ),
        (ATOM.format(links='<link rel="hub" href="javascript:x"/><link rel="hub"/>'), None),
        (RSS.format(links='<link rel="hub">https://hub.example/</link>'), None),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [], "hubs": [7, {"url": "x:y"}]}', None),
    ],
)
async def test_a_feed_names_its_hub(document: str, hub: Hub | None) -> None:
    outcome = await read_feed(document.encode(), None, "https://a.example/feed", now=NOW)
    assert getattr(outcome, "hub", "failed") == hub


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no documents in {REAL}; set BACKCHANNEL_DATA to the data folder")
@pytest.mark.parametrize(
    "name",
    [
        "miniflux_encoding_ISO-8859-1.xml",
        "rssparser_encoding.rss",
        "rssparser_feedburner.atom",
        "rssparser_many-links.rss",
    ],
)
async def test_real_feeds_that_name_a_hub_are_seen_to(name: str) -> None:
    outcome = await read_feed((REAL / name).read_bytes(), None, "https://a.example/feed", now=NOW)
    assert isinstance(outcome, Fetched)
    assert outcome.hub is not None
    assert outcome.hub.topic != "https://a.example/feed"
