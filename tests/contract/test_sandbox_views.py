"""Modals and Home: opened by the real Bolt app, filled in and submitted by people."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.client import ControlClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    from bot.sandbox.server import Sandbox

    RunApp = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]
    Start = Callable[..., Awaitable[Sandbox]]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def field(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}


TRACKS = [option("territory"), option("economy"), option("politics")]
SUBSCRIBE: dict[str, Any] = {
    "type": "modal",
    "callback_id": "subscribe",
    "title": plain("Subscribe"),
    "submit": plain("Subscribe"),
    "private_metadata": "from C0TALKS",
    "notify_on_close": True,
    "blocks": [
        field("tracks", {"type": "checkboxes", "action_id": "pick", "options": TRACKS}),
        field(
            "urgency",
            {
                "type": "static_select",
                "action_id": "least",
                "options": [option("flash"), option("low")],
                "initial_option": option("low"),
            },
        ),
        field(
            "where",
            {"type": "conversations_select", "action_id": "to", "default_to_current_conversation": True},
        ),
        field("note", {"type": "plain_text_input", "action_id": "text", "max_length": 5}, optional=True),
        {
            "type": "actions",
            "block_id": "help",
            "elements": [{"type": "button", "action_id": "explain", "text": plain("Explain")}],
        },
    ],
}


class ModalApp:
    """Opens `view` on the command; acknowledges submissions with `answer`; keeps every payload."""

    def __init__(self, slack: AsyncWebClient, view: dict[str, Any] = SUBSCRIBE) -> None:
        self.view = view
        self.answer: dict[str, Any] = {}
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.opened: asyncio.Queue[Any] = asyncio.Queue()
        self.app = AsyncApp(client=slack)
        self.app.command("/peace-status")(self._open)
        self.app.view("subscribe")(self._submitted)
        self.app.view_closed("subscribe")(self._heard)
        for action_id in ("explain", "pick", "asked"):
            self.app.action(action_id)(self._heard)

    async def _open(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        answer = await client.views_open(trigger_id=body["trigger_id"], view=self.view)
        await self.opened.put(answer["view"])

    async def _submitted(self, ack: Any, body: dict[str, Any]) -> None:
        await ack(**self.answer)
        await self.heard.put(body)

    async def _heard(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await self.heard.put(body)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.heard.get(), 3)

    async def open_for(self, people: ControlClient, user: str) -> dict[str, Any]:
        await people.do("command", channel="C0TALKS", user=user, command="/peace-status", text="subscribe")
        view: dict[str, Any] = await asyncio.wait_for(self.opened.get(), 3)
        return view


@pytest.fixture
async def modal(run_app: RunApp, slack: AsyncWebClient) -> ModalApp:
    app = ModalApp(slack)
    await run_app(app.app)
    return app


async def test_a_modal_is_submitted_with_all_its_values(modal: ModalApp, people: ControlClient) -> None:
    view = await modal.open_for(people, "dana")
    assert (await people.state())["views"]["U0DANA"]["id"] == view["id"]
    answer = await people.do("submit", user="dana", values={"pick": ["territory", "Economy"], "note": "hello"})
    assert (answer["ok"], answer["outcome"]) == (True, "closed")
    body = await modal.next()
    assert body["type"] == "view_submission"
    assert body["view"]["private_metadata"] == "from C0TALKS"
    assert body["view"]["state"]["values"] == {
        "tracks": {"pick": {"type": "checkboxes", "selected_options": TRACKS[:2]}},
        "urgency": {"least": {"type": "static_select", "selected_option": option("low")}},
        "where": {"to": {"type": "conversations_select", "selected_conversation": "C0TALKS"}},
        "note": {"text": {"type": "plain_text_input", "value": "hello"}},
    }
    assert (await people.state())["views"]["U0DANA"] is None


async def test_slack_itself_refuses_what_is_missing_or_too_long(modal: ModalApp, people: ControlClient) -> None:
    await modal.open_for(people, "dana")
    answer = await people.do("submit", user="dana", values={"note": "far too long"})
    assert answer["ok"] is False
    assert answer["errors"] == {
        "tracks": "Please complete this required field.",
        "note": "This must be at most 5 characters.",
    }
    assert modal.heard.empty()
    assert (await people.state())["views"]["U0DANA"]["errors"] == answer["errors"]


async def test_the_apps_errors_stay_beside_the_inputs(modal: ModalApp, people: ControlClient) -> None:
    await modal.open_for(people, "dana")
    modal.answer = {"response_action": "errors", "errors": {"tracks": "You follow it already."}}
    full = {"tracks": {"pick": {"selected_options": [TRACKS[2]]}}, "urgency": {"least": option("flash")}}
    answer = await people.do("submit", user="dana", values=full)
    assert (answer["outcome"], answer["errors"]) == ("errors", {"tracks": "You follow it already."})
    assert (await modal.next())["view"]["state"]["values"]["tracks"]["pick"]["selected_options"] == [TRACKS[2]]
    modal.answer = {}
    again = await people.do("submit", user="dana")
    assert again["outcome"] == "closed"
    kept = (await modal.next())["view"]["state"]["values"]
    assert kept["urgency"]["least"]["selected_option"] == option("flash")


async def test_an_answer_may_update_push_or_clear(modal: ModalApp, people: ControlClient) -> None:
    await modal.open_for(people, "dana")
    done = {"type": "modal", "callback_id": "subscribe", "title": plain("Done"), "blocks": []}
    modal.answer = {"response_action": "push", "view": done}
    assert (await people.do("submit", user="dana", values={"pick": "territory"}))["outcome"] == "pushed"
    top = (await people.state())["views"]["U0DANA"]
    assert top["title"]["text"] == "Done"
    assert top["previous_view_id"] == top["root_view_id"] != top["id"]
    modal.answer = {"response_action": "update", "view": {**done, "title": plain("Updated")}}
    assert (await people.do("submit", user="dana"))["outcome"] == "updated"
    updated = (await people.state())["views"]["U0DANA"]
    assert (updated["id"], updated["title"]["text"]) == (top["id"], "Updated")
    assert updated["hash"] != top["hash"]
    modal.answer = {"response_action": "clear"}
    assert (await people.do("submit", user="dana"))["outcome"] == "cleared"
    assert (await people.state())["views"]["U0DANA"] is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"no such block": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "explode"},
    ],
)
async def test_a_nonsensical_answer_leaves_the_modal_open(
    modal: ModalApp, people: ControlClient, answer: dict[str, Any]
) -> None:
    await modal.open_for(people, "dana")
    modal.answer = answer
    result = await people.do("submit", user="dana", values={"pick": "territory"})
    assert (result["outcome"], result["saw"]) == ("failed", "We had some trouble connecting. Try again?")
    assert (await people.state())["views"]["U0DANA"]["callback_id"] == "subscribe"


async def test_dismissing_is_told_to_an_app_that_asked(modal: ModalApp, people: ControlClient) -> None:
    await modal.open_for(people, "dana")
    assert (await people.do("close", user="dana"))["acked"] is True
    body = await modal.next()
    assert (body["type"], body["is_cleared"]) == ("view_closed", False)
    answer = await people.do("close", user="dana")
    assert (answer["ok"], answer["error"]) == (False, "no_modal")


async def test_a_button_in_a_modal_tells_the_app_and_an_input_only_keeps_its_value(
    modal: ModalApp, people: ControlClient
) -> None:
    view = await modal.open_for(people, "dana")
    quiet = await people.do(
        "interact", viewId=view["id"], user="dana", action={"action_id": "pick", "selected_options": ["economy"]}
    )
    assert quiet["acked"] is None
    await people.do("interact", viewId=view["id"], user="dana", action="explain")
    body = await modal.next()
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["actions"][0]["action_id"] == "explain"
    assert body["view"]["state"]["values"]["tracks"]["pick"]["selected_options"] == [TRACKS[1]]


async def test_an_input_with_dispatch_action_tells_the_app(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    asked = field("ask", {"type": "plain_text_input", "action_id": "asked"}, dispatch_action=True)
    app = ModalApp(slack, {**SUBSCRIBE, "blocks": [asked]})
    await run_app(app.app)
    view = await app.open_for(people, "dana")
    await people.do("interact", viewId=view["id"], user="dana", action={"action_id": "asked", "value": "x"})
    assert (await app.next())["actions"][0]["value"] == "x"


async def test_an_update_keeps_what_was_typed_and_minds_the_hash(
    modal: ModalApp, people: ControlClient, slack: AsyncWebClient
) -> None:
    view = await modal.open_for(people, "dana")
    await people.do(
        "interact", viewId=view["id"], user="dana", action={"action_id": "pick", "selected_options": ["economy"]}
    )
    shorter = {**SUBSCRIBE, "blocks": SUBSCRIBE["blocks"][:1]}
    await slack.views_update(view_id=view["id"], view=shorter, hash=view["hash"])
    kept = (await people.state())["views"]["U0DANA"]["state"]["values"]
    assert kept == {"tracks": {"pick": {"type": "checkboxes", "selected_options": [TRACKS[1]]}}}
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_update(view_id=view["id"], view=shorter, hash=view["hash"])
    with pytest.raises(SlackApiError, match="not_found"):
        await slack.views_update(view_id="V0", view=shorter)


async def test_a_refused_view_leaves_its_trigger_which_then_serves_once(
    people: ControlClient, slack: AsyncWebClient
) -> None:
    trigger = await trigger_of_a_command(people)
    with pytest.raises(SlackApiError) as refusal:
        await slack.views_open(trigger_id=trigger, view={**SUBSCRIBE, "title": plain("x" * 25)})
    assert refusal.value.response["error"] == "invalid_arguments"
    assert refusal.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    await slack.views_open(trigger_id=trigger, view=SUBSCRIBE)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await slack.views_open(trigger_id=trigger, view=SUBSCRIBE)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await slack.views_open(trigger_id="1.2.abc", view=SUBSCRIBE)


async def test_a_trigger_is_too_old_after_three_seconds(start_sandbox: Start) -> None:
    now = 1_764_673_200.0
    sandbox = await start_sandbox(clock=lambda: now)
    slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
    async with ControlClient(sandbox.url) as people:
        trigger = await trigger_of_a_command(people)
        now += 3.1
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await slack.views_open(trigger_id=trigger, view=SUBSCRIBE)


async def trigger_of_a_command(people: ControlClient) -> str:
    """The trigger of a command sent while no app was there to use it."""
    await people.do("command", channel="C0TALKS", user="dana", command="/peace-status")
    trigger: str = (await people.log("envelope"))[-1]["payload"]["trigger_id"]
    return trigger


async def test_three_modals_and_no_more(modal: ModalApp, people: ControlClient) -> None:
    await modal.open_for(people, "dana")
    deeper = {"type": "modal", "callback_id": "subscribe", "title": plain("Deeper"), "blocks": []}
    modal.answer = {"response_action": "push", "view": deeper}
    values: dict[str, Any] = {"pick": "territory"}
    outcomes = []
    for _ in range(3):
        outcomes.append((await people.do("submit", user="dana", values=values))["outcome"])
        values = {}
    assert outcomes == ["pushed", "pushed", "failed"]
    await people.do("close", user="dana")
    await people.do("close", user="dana")
    assert (await people.state())["views"]["U0DANA"]["title"]["text"] == "Subscribe"


async def test_home_is_published_opened_and_used(run_app: RunApp, slack: AsyncWebClient, people: ControlClient) -> None:
    app = AsyncApp(client=slack)
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        button = {"type": "button", "action_id": "mute", "text": plain("Mute"), "value": "territory"}
        view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
        await client.views_publish(user_id=event["user"], view=view)
        await heard.put(event)

    @app.action("mute")
    async def mute(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await heard.put(body)

    await run_app(app)
    assert (await people.do("interact", home=True, user="dana", action="mute"))["error"] == "no_home"
    await people.do("open-home", user="dana")
    assert "view" not in await asyncio.wait_for(heard.get(), 3)
    await people.do("interact", home=True, user="dana", action="mute")
    body = await asyncio.wait_for(heard.get(), 3)
    assert (body["view"]["type"], body["actions"][0]["value"]) == ("home", "territory")
    before = (await people.state())["homes"]["U0DANA"]
    await people.do("open-home", user="dana")
    assert (await asyncio.wait_for(heard.get(), 3))["view"]["id"] == before["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_publish(user_id="U0DANA", view={"type": "home", "blocks": []}, hash="old")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await slack.views_publish(user_id="U0NOBODY", view={"type": "home", "blocks": []})


async def test_a_submission_without_the_app_keeps_what_was_typed(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    app = ModalApp(slack)
    handler = await run_app(app.app)
    await app.open_for(people, "dana")
    await handler.client.disconnect()
    await people.wait_for_connections(0)
    answer = await people.do("submit", user="dana", values={"pick": "territory"})
    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    kept = (await people.state())["views"]["U0DANA"]["state"]["values"]["tracks"]["pick"]
    assert kept["selected_options"] == TRACKS[:1]
    wrong = await people.do("submit", user="dana", values={"trakcs": "territory"})
    assert "tracks/pick" in wrong["detail"]


async def test_a_chosen_conversation_may_bring_its_response_url(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    menu = {"type": "conversations_select", "action_id": "to", "response_url_enabled": True}
    app = ModalApp(slack, {**SUBSCRIBE, "blocks": [field("where", menu)]})
    await run_app(app.app)
    await app.open_for(people, "dana")
    await people.do("submit", user="dana", values={"to": "C0WORLD"})
    url = (await app.next())["response_urls"][0]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("where", "to", "C0WORLD")
    answer = await AsyncWebhookClient(url["response_url"]).send(text="Subscribed", response_type="in_channel")
    assert answer.status_code == 200
    assert [message["text"] for message in await people.messages("C0WORLD")] == ["Subscribed"]
