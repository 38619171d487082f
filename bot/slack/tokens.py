"""Whether Slack takes our tokens: known before anything depends on it."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError

from bot.domain.errors import SlackError
from bot.slack.messenger import UNREADABLE, error_name, is_refusal, posting_client

log = logging.getLogger(__name__)


async def check_tokens(base_url: str, *, bot_token: str, app_token: str | None) -> None:
    """Ask Slack about each. Where it cannot be reached that is logged, and nothing is known.

    Raises:
        SlackError: Slack refuses one.
    """
    await _ask(base_url, "auth.test", bot_token, variable="SLACK_BOT_TOKEN", place="OAuth & Permissions")
    if app_token is not None:
        place = "Basic Information, App-Level Tokens"
        await _ask(base_url, "apps.connections.open", app_token, variable="SLACK_APP_TOKEN", place=place)


async def _ask(base_url: str, method: str, token: str, *, variable: str, place: str) -> None:
    try:
        await posting_client(token, base_url).api_call(method)
    except UNREADABLE as error:
        if isinstance(error, SlackApiError) and is_refusal(error):
            raise SlackError(
                f"Slack does not take it ({error_name(error)})",
                where=variable,
                remedy=f"Copy it anew from the app's page, {place}; `backchannel check` tells more",
            ) from error
        log.warning("Slack cannot be reached at %s (%s); trying on", base_url, error_name(error))
