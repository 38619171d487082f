"""Block Kit through Slack's own models, each text cut to what Slack takes. Blocks are JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    ActionsBlock,
    BlockElement,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
)

from bot.domain.alert import Message
from bot.slack.blocks import limits
from bot.slack.blocks.text import cut, plain, size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Block = dict[str, object]
View = dict[str, object]

BUDGET = 9_500
"""Characters the repeated part of a message may take: the rest stays below Slack's total for all blocks."""


def header(text: str) -> Block:
    """A large bold line of plain text."""
    return dict(HeaderBlock(text=_plain(text, limits.HEADER)).to_dict())


def section(text: str, accessory: BlockElement | None = None) -> Block:
    """A paragraph of mrkdwn; `text` is ours, with outside text already made harmless."""
    return dict(SectionBlock(text=_mrkdwn(text, limits.SECTION), accessory=accessory).to_dict())


def context(*texts: str) -> Block:
    """Small grey notes."""
    return dict(ContextBlock(elements=[_mrkdwn(text, limits.CONTEXT_TEXT) for text in texts]).to_dict())


def divider() -> Block:
    """A line."""
    return dict(DividerBlock().to_dict())


def actions(*elements: InteractiveElement) -> Block:
    """A row of buttons."""
    return dict(ActionsBlock(elements=list(elements)).to_dict())


def field(
    block_id: str, label: str, element: InputInteractiveElement, *, optional: bool = False, hint: str = ""
) -> Block:
    """One question of a modal; its answer comes back under `block_id`."""
    return dict(
        InputBlock(
            block_id=block_id,
            label=_plain(label, limits.LABEL),
            element=element,
            optional=optional,
            hint=_plain(hint, limits.LABEL) if hint else None,
        ).to_dict()
    )


def button(
    text: str, action_id: str, value: str, *, style: str | None = None, label: str | None = None
) -> ButtonElement:
    """A button; `label` is what a screen reader says where `text` alone would not tell."""
    return ButtonElement(
        text=_plain(text, limits.BUTTON_TEXT),
        action_id=action_id,
        value=value,
        style=style,
        accessibility_label=_harmless(label, limits.BUTTON_TEXT) if label else None,
    )


def menu(action_id: str, *options: Option) -> OverflowMenuElement:
    """A menu behind three dots; Slack takes up to five options."""
    return OverflowMenuElement(action_id=action_id, options=options)


def confirmed(asked: ButtonElement, title: str, text: str, yes: str) -> ButtonElement:
    """The same button, asking first."""
    asked.confirm = ConfirmObject(title=title, text=PlainTextObject(text=text), confirm=yes, deny="Cancel")
    return asked


def option(text: str, value: str, told: str = "") -> Option:
    """One choice of a menu or a radio, with what is told of it below."""
    below = _plain(told, limits.OPTION_TEXT) if told else None
    return Option(text=_plain(text, limits.OPTION_TEXT), value=value, description=below)


def placeholder(text: str) -> PlainTextObject:
    """Grey text in an empty menu."""
    return _plain(text, limits.PLACEHOLDER)


def modal(
    callback_id: str, title: str, blocks: Sequence[Block], *, submit: str | None = None, metadata: str = ""
) -> View:
    """A modal; without `submit` it only shows."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(title, limits.MODAL_TITLE).to_dict(),
        "close": _plain("Cancel" if submit else "Close", limits.MODAL_TITLE).to_dict(),
        "blocks": list(blocks),
    }
    if submit:
        view["submit"] = _plain(submit, limits.MODAL_TITLE).to_dict()
    if metadata:
        view["private_metadata"] = metadata
    return view


def message(text: str, *blocks: Block) -> Message:
    """A message; `text` is mrkdwn too: what notifications show and screen readers say."""
    return Message(text=cut(text, limits.MESSAGE_TEXT), blocks=blocks)


def fitting(rows: Sequence[str], budget: int) -> list[str]:
    """As many of `rows` as fit `budget` characters together, in order."""
    kept: list[str] = []
    for row in rows:
        budget -= size(row) + 1
        if budget < 0:
            break
        kept.append(row)
    return kept


def sections(
    rows: Sequence[str], more: Callable[[int], str], *, budget: int = BUDGET, most: int = 40, gap: str | None = None
) -> list[Block]:
    """Paragraphs for `rows`, as many as fit; then `more(left out)` if any are.

    Each row has its own paragraph, or with `gap` as many as Slack allows are joined by it. Rows are never cut.
    """
    kept = fitting(rows, budget)[:most]
    joined: list[str] = []
    for row in kept:
        if gap is not None and joined and size(joined[-1]) + len(gap) + size(row) <= limits.SECTION:
            joined[-1] += gap + row
        else:
            joined.append(row)
    blocks = [section(text) for text in joined]
    return blocks if len(kept) == len(rows) else [*blocks, context(more(len(rows) - len(kept)))]


def _plain(text: str, limit: int) -> PlainTextObject:
    return PlainTextObject(text=_harmless(text, limit) or "–", emoji=False)


def _harmless(text: str, limit: int) -> str:
    # Plain text has no markup to escape; the brackets that spell a mention elsewhere are turned all the same.
    return cut(plain(text).replace("<", "‹").replace(">", "›"), limit)


def _mrkdwn(text: str, limit: int) -> MarkdownTextObject:
    # `verbatim`: Slack must not turn names and addresses in outside text into links or mentions by itself.
    return MarkdownTextObject(text=cut(text, limit) or "–", verbatim=True)
