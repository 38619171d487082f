"""What people did from Slack: subscriptions, mutes, judgements; and what may be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, or_, select

from bot.domain.decision import Urgency
from bot.domain.subscription import Mute, Subscription
from bot.storage.holds import HoldStore
from bot.storage.inbox import acted
from bot.storage.judgements import judge
from bot.storage.schema import audit, mutes, subscriptions
from bot.storage.upsert import insert_or_update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.alert import Feedback
    from bot.domain.hold import Held
    from bot.storage.database import Database


class DeskStore:
    """Implements the desk's acts and the subscription queries. Each act leaves a row in `audit`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holds = HoldStore(database)

    async def subscribe(self, wanted: Sequence[Subscription], *, request: str | None = None) -> None:
        """Add subscriptions; the same conversation and track again replaces the floor."""
        async with self._database.write() as connection:
            for subscription in wanted:
                values = {
                    "conversation": subscription.conversation,
                    "negotiation": subscription.negotiation,
                    "track": subscription.track,
                    "user": subscription.user,
                    "floor": subscription.floor,
                    "created_at": subscription.created_at,
                }
                await insert_or_update(connection, subscriptions, values, key=("conversation", "negotiation", "track"))
                told = {key: value for key, value in values.items() if key not in {"created_at", "user"}}
                await _note(connection, subscription.user, "subscribe", told, subscription.created_at)
                await acted(connection, request, subscription.created_at)

    async def unsubscribe(
        self,
        *,
        conversation: str,
        tracks: Sequence[tuple[str, str]],
        user: str,
        now: datetime,
        request: str | None = None,
    ) -> int:
        """Remove (negotiation, track) subscriptions of a conversation; returns how many there were."""
        if not tracks:
            return 0
        chosen = or_(
            *(and_(subscriptions.c.negotiation == name, subscriptions.c.track == track) for name, track in tracks)
        )
        async with self._database.write() as connection:
            gone = await connection.execute(
                delete(subscriptions).where(subscriptions.c.conversation == conversation, chosen)
            )
            told = {"conversation": conversation, "tracks": [list(pair) for pair in tracks], "removed": gone.rowcount}
            await _note(connection, user, "unsubscribe", told, now)
            await acted(connection, request, now)
        return gone.rowcount

    async def mute(self, mute: Mute, *, now: datetime, request: str | None = None) -> None:
        """Silence a track in a conversation; again replaces the end."""
        values = {
            "conversation": mute.conversation,
            "negotiation": mute.negotiation,
            "track": mute.track,
            "until": mute.until,
            "user": mute.user,
        }
        async with self._database.write() as connection:
            await insert_or_update(connection, mutes, values, key=("conversation", "negotiation", "track"))
            await _note(connection, mute.user, "mute", values | {"until": mute.until.isoformat()}, now)
            await acted(connection, request, now)

    async def unmute(
        self,
        *,
        conversation: str,
        negotiation: str,
        track: str,
        user: str,
        now: datetime,
        request: str | None = None,
    ) -> bool:
        """Lift a mute; returns whether there was one in force."""
        chosen = and_(
            mutes.c.conversation == conversation,
            mutes.c.negotiation == negotiation,
            mutes.c.track == track,
            mutes.c.until > now,
        )
        async with self._database.write() as connection:
            gone = await connection.execute(delete(mutes).where(chosen))
            told = {"conversation": conversation, "negotiation": negotiation, "track": track}
            await _note(connection, user, "unmute", told, now)
            await acted(connection, request, now)
        return bool(gone.rowcount)

    async def judge(self, judged: Feedback, *, request: str | None = None) -> bool:
        """Keep what a person said about an alert and put it right, with the cards that show it, in one transaction.

        False, and nothing changed, where the same person said the same before.
        """
        async with self._database.write() as connection:
            if not await connection.run_sync(judge, judged):
                return False
            told = {
                "development": judged.development,
                "verdict": judged.verdict,
                "tracks": list(judged.tracks),
                "other": judged.other,
            }
            await _note(connection, judged.user, "judge", told, judged.at)
            await acted(connection, request, judged.at)
        return True

    async def look_again(self, conversation: str, *, now: datetime) -> bool:
        """Something happened that may have mended a held conversation; False where it is not held."""
        return await self._holds.hasten(conversation, now=now)

    async def held(self) -> Sequence[Held]:
        """Conversations that are held, longest first."""
        return await self._holds.held()

    async def subscriptions(
        self, *, user: str | None = None, conversation: str | None = None
    ) -> Sequence[Subscription]:
        """Subscriptions a person made, or those of a conversation, oldest first."""
        query = select(subscriptions).order_by(subscriptions.c.id)
        if user is not None:
            query = query.where(subscriptions.c.user == user)
        if conversation is not None:
            query = query.where(subscriptions.c.conversation == conversation)
        return [
            Subscription(
                user=row.user,
                conversation=row.conversation,
                negotiation=row.negotiation,
                track=row.track,
                floor=Urgency(row.floor),
                created_at=row.created_at,
            )
            for row in await self._database.ask(query)
        ]

    async def mutes(self, *, conversation: str | None = None, now: datetime) -> Sequence[Mute]:
        """Mutes in force at `now`, of one conversation or of all."""
        query = select(mutes).where(mutes.c.until > now).order_by(mutes.c.until)
        if conversation is not None:
            query = query.where(mutes.c.conversation == conversation)
        return [
            Mute(
                conversation=row.conversation,
                negotiation=row.negotiation,
                track=row.track,
                until=row.until,
                user=row.user,
            )
            for row in await self._database.ask(query)
        ]


async def _note(connection: AsyncConnection, actor: str, act: str, detail: dict[str, Any], at: datetime) -> None:
    await connection.execute(audit.insert().values(actor=actor, act=act, detail=detail, at=at))
