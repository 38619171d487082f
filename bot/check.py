"""`backchannel check`: what works and what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import fetcher, listed_sources, utc_now
from bot.check_machine import Finding, database_findings, port_findings, setting_findings
from bot.domain.errors import BackchannelError
from bot.domain.secrets import shown_address
from bot.domain.source import Fetched, FetchFailed, FetchOutcome, NotModified, Validators
from bot.slack.messenger import UNREADABLE, SlackMessenger, error_name, posting_client
from bot.sources.registry import SourceReader
from bot.tables import print_table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from bot.domain.source import Source
    from config.schema import Newsroom
    from config.settings import Settings

AT_ONCE = 20
SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "chat:write.public",
        "im:write",
        "im:history",
        "app_mentions:read",
        "channels:read",
        "groups:read",
        "channels:history",
        "groups:history",
    }
)


class Check:
    """Looks at everything this program depends on. Changes nothing, but for marks if asked to."""

    def __init__(self, settings: Settings, newsroom: Newsroom) -> None:
        self._settings = settings
        self._newsroom = newsroom

    async def run(self, *, as_json: bool, mark: bool = False) -> bool:
        """Look, tell, and say whether all is well; `mark` notes in the sources' lists which were reached."""
        findings = [
            *setting_findings(self._settings),
            self._configuration(),
            *await database_findings(self._settings.database_url),
            *await port_findings(self._settings),
            *await self._slack(),
        ]
        sources = listed_sources(self._newsroom)
        found = [finding async for finding in self._sources(sources)]
        order = {source.id: position for position, source in enumerate(sources)}
        findings += sorted(found, key=lambda finding: order[finding.what.removeprefix("source ")])
        if mark:
            reached = {finding.what.removeprefix("source ") for finding in found if finding.ok}
            for file in sorted((self._settings.config / "sources").glob("*.yaml")):
                mark_verified(file, reached)
        _tell(findings, as_json=as_json)
        return all(finding.ok for finding in findings)

    def _configuration(self) -> Finding:
        listed = sum(len(group.sources) for group in self._newsroom.sources)
        names = ", ".join(negotiation.name for negotiation in self._newsroom.negotiations)
        off = ", ".join(negotiation.name for negotiation in self._newsroom.switched_off)
        seen = f"{self._settings.config}: {names}; {listed} sources" + (f"; switched off: {off}" if off else "")
        return Finding("configuration", ok=True, seen=seen)

    async def _slack(self) -> list[Finding]:
        token, base = self._settings.slack_bot_token, self._settings.slack_api_url
        if token is None:
            remedy = "Install the app from config/manifest.json and put its xoxb- token into .env"
            return [Finding("slack bot token", ok=False, seen="SLACK_BOT_TOKEN is not set", remedy=remedy)]
        client = posting_client(token.get_secret_value(), base)
        try:
            who = await client.auth_test()
        except UNREADABLE as error:
            remedy = "Copy the bot token again from the app's page; if Slack cannot be reached, check SLACK_API_URL"
            return [Finding("slack bot token", ok=False, seen=_slack_reason(error), remedy=remedy)]
        findings = [Finding("slack bot token", ok=True, seen=f"{who['user']} in {who['team']}")]
        granted = who.headers.get("x-oauth-scopes")
        if granted is not None:
            missing = sorted(SCOPES - {scope.strip() for scope in granted.split(",")})
            seen = f"missing: {', '.join(missing)}" if missing else "all there"
            remedy = "Add them under OAuth & Permissions and install the app again" if missing else ""
            findings.append(Finding("slack scopes", ok=not missing, seen=seen, remedy=remedy))
        findings.append(await self._app_token(base))
        findings += [await self._channel(SlackMessenger(client), name) for name in self._channels()]
        return findings

    async def _app_token(self, base: str) -> Finding:
        token = self._settings.slack_app_token
        if token is None:
            http = self._settings.slack_signing_secret is not None
            remedy = "" if http else "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
            seen = "not set; HTTP mode" if http else "neither it nor a signing secret is set"
            return Finding("slack app token", ok=http, seen=seen, remedy=remedy)
        try:
            await AsyncWebClient(token=token.get_secret_value(), base_url=base).apps_connections_open(
                app_token=token.get_secret_value()
            )
        except UNREADABLE as error:
            remedy = "Create an app-level token with connections:write, and switch Socket Mode on"
            return Finding("slack app token", ok=False, seen=_slack_reason(error), remedy=remedy)
        return Finding("slack app token", ok=True, seen="Socket Mode can be opened")

    def _channels(self) -> list[str]:
        wanted = [self._settings.channel or negotiation.channel for negotiation in self._newsroom.negotiations]
        admin = self._settings.admin_channel
        return list(dict.fromkeys([*wanted, admin] if admin else wanted))

    async def _channel(self, messenger: SlackMessenger, name: str) -> Finding:
        try:
            found = await messenger.channel_id(name)
        except BackchannelError as error:
            return Finding(f"channel {name}", ok=False, seen=error.what, remedy="Grant channels:read and groups:read")
        if found is None:
            remedy = "Create it (/invite the bot if it is private), or set BACKCHANNEL_CHANNEL to another"
            return Finding(f"channel {name}", ok=False, seen="there is none that the bot can see", remedy=remedy)
        try:
            await messenger.find(found, key="none", since=utc_now())
        except BackchannelError as error:
            remedy = "Type /invite @backchannel there: without its history, a lost answer may mean an alert told twice"
            return Finding(f"channel {name}", ok=False, seen=f"{found}: {error.what}", remedy=remedy)
        return Finding(f"channel {name}", ok=True, seen=found)

    async def _sources(self, sources: Sequence[Source]) -> AsyncIterator[Finding]:
        limit = asyncio.Semaphore(AT_ONCE)
        async with fetcher(self._settings) as client:
            reader = SourceReader(client, utc_now)

            async def look(source: Source) -> Finding:
                async with limit:
                    return _source_finding(source, await reader.look(source, Validators()))

            looks = asyncio.as_completed([look(source) for source in sources])
            console = Console(stderr=True)
            for ended in track(
                looks, "Reading sources", total=len(sources), console=console, disable=not console.is_terminal
            ):
                yield await ended


def mark_verified(file: Path, reached: set[str]) -> int:
    """Set `verified: true` for the sources of a list that were reached; returns how many lines changed."""
    changed, current, lines = 0, None, []
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if named := re.search(r"\bid:\s*([a-z0-9_]+)", line):
            current = named[1]
        marked = re.sub(r"\bverified:\s*false\b", "verified: true", line) if current in reached else line
        changed += marked != line
        lines.append(marked)
    file.write_text("".join(lines), encoding="utf-8")
    return changed


def _source_finding(source: Source, outcome: FetchOutcome) -> Finding:
    what = f"source {source.id}"
    if isinstance(outcome, FetchFailed):
        remedy = f"Open {shown_address(source.url)}; correct or disable the source"
        return Finding(what, ok=False, seen=outcome.reason, remedy=remedy)
    if isinstance(outcome, NotModified):
        return Finding(what, ok=True, seen="unchanged")
    return Finding(what, ok=True, seen=_fetched(outcome))


def _fetched(outcome: Fetched) -> str:
    dated = [entry.published for entry in outcome.entries if entry.published]
    newest = f", the newest of {max(dated):%Y-%m-%d %H:%M} UTC" if dated else ""
    moved = f"; it has moved to {shown_address(outcome.moved_to)}" if outcome.moved_to else ""
    return f"{len(outcome.entries)} items{newest}{moved}"


def _slack_reason(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return f"Slack answered {error_name(error)}"
    return f"Slack cannot be reached ({shown_address(str(error))})"


def _tell(findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        for finding in findings:
            sys.stdout.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")
        return
    print_table(
        ("", "what", "seen", "what to do"),
        [("ok" if each.ok else "NO", each.what, each.seen, each.remedy) for each in findings],
    )
