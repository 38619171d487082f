"""The detector: what one item is to a negotiation, given the stream so far.

It decides and keeps what it is told to remember. It does not fetch, store, alert or look at a clock.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.detection.claim import EventCoder
from bot.detection.corroboration import standing
from bot.detection.first_story import FirstStory
from bot.detection.lens import load_lens
from bot.detection.lexicon import Sense
from bot.detection.model import load_models
from bot.detection.newsworthiness import weigh
from bot.detection.origins import Origins
from bot.detection.reading import Reader
from bot.detection.relation import RelationKind, relation
from bot.detection.relevance import Gate, RelevanceModel, track_texts
from bot.detection.representation import Centre, Representer, TermWeights, terms_of
from bot.detection.revision import RevisionKind, compare_revision
from bot.detection.stream import WINDOW, Member, Stream
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import AlertAction, Corroboration, Decision, Kind, StateChange, Status
from bot.domain.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.detection.claim import Claim
    from bot.detection.encoder import Encoder
    from bot.detection.first_story import Match
    from bot.detection.lens import Lens
    from bot.detection.model import Models
    from bot.detection.reading import Reading
    from bot.detection.relation import Relation
    from bot.detection.relevance import Relevance
    from bot.detection.representation import Representation
    from bot.domain.evidence import Nearest
    from bot.domain.item import Item
    from config.schema import Genres, Negotiation, Publishers

_IN_SCOPE = 0.45
_IN_SCOPE_BY_COMPANY = 0.15
_SAME = 0.6
_RELATED = 0.4
_RECENT = 64
_STATE_CHANGES = {
    RevisionKind.CORRECTED: StateChange.CORRECTED,
    RevisionKind.REVERSED: StateChange.REVERSED,
}


@dataclass(frozen=True, slots=True)
class _Examined:
    """What deciding worked out about an item, kept so that remembering need not again."""

    item: Item
    reading: Reading
    representation: Representation | None
    claim: Claim | None


class Detector:
    """Decides items of one negotiation, in first-seen order."""

    def __init__(
        self,
        negotiation: Negotiation,
        publishers: Publishers,
        genres: Genres,
        encoder: Encoder,
        *,
        models: Models | None = None,
        lens: Lens | None = None,
    ) -> None:
        self._vocabulary = Vocabulary(negotiation, publishers, genres)
        self._reader = Reader(self._vocabulary)
        self._gate = Gate(self._vocabulary)
        models = load_models() if models is None else models
        self._terms = TermWeights(terms_of(self._vocabulary.everyday()))
        lens = load_lens() if lens is None else lens
        self._centre = Centre(lens.seen(encoder.encode(track_texts(negotiation))))
        self._representer = Representer(encoder, self._terms, lens)
        self._relevance = RelevanceModel(self._vocabulary, models, encoder)
        self._first_story = FirstStory(models, self._centre, self._terms)
        self._coder = EventCoder(self._vocabulary)
        self._origins = Origins(publishers, self._vocabulary)
        self._stream = Stream()
        self._examined: OrderedDict[str, _Examined] = OrderedDict()

    def decide(self, item: Item, now: datetime) -> Decision:
        """What the item is to what is remembered. Changes nothing that a later decision could notice."""
        known = self._stream.get(item.id)
        if known is not None and known.item.title == item.title and known.item.summary == item.summary:
            return replace(self._as_it_stands(known), status=Status.REPORT, alert=AlertAction.NONE)
        reading = self._reader.read(item)
        if known is None and not self._gate.passes(reading):
            return Decision(item.id, Kind.OFFTOPIC, relevant=False, why=("names no side of the talks",))
        examined = self._examine(item, reading)
        representation, claim = examined.representation, examined.claim
        if representation is None or claim is None:
            raise AssertionError("an examined item past the gate has a representation")
        relevance = self._relevance.judge(representation)
        if known is not None and known.decision.development is not None:
            return self._decide_revision(known, item, claim, representation)
        return self._decide_new(item, representation, claim, relevance, now)

    def remember(self, item: Item, decision: Decision) -> None:
        """Take a committed decision into account from now on. Items irrelevant to the talks cost nothing."""
        if not decision.relevant:
            return
        examined = self._examined.pop(item.id, None)
        if examined is None or examined.item != item:
            examined = self._examine(item, self._reader.read(item))
            self._examined.pop(item.id, None)
        if examined.representation is None or examined.claim is None:
            raise AssertionError("an examined item has a representation")
        self._terms.learn(examined.representation.terms)
        self._centre.learn(examined.representation)
        self._stream.add(Member(item, decision, examined.representation, examined.claim))
        for gone in decision.merges:
            self.merge(decision.development or gone, gone)

    def merge(self, into: str, gone: str) -> None:
        """Two developments turned out to be one: what was of `gone` is of `into`. Again changes nothing."""
        self._stream.merge(into, gone)

    def retrack(self, development: str, tracks: Sequence[str]) -> None:
        """A development is on these tracks, whatever its reports name. Again changes nothing."""
        self._stream.retrack(development, tracks)

    def forget_before(self, moment: datetime) -> None:
        """Drop what was first seen before `moment`."""
        self._stream.forget_before(moment)

    def _examine(self, item: Item, reading: Reading) -> _Examined:
        kept = self._examined.get(item.id)
        if kept is not None and kept.item == item:
            return kept
        examined = _Examined(item, reading, self._representer.represent(reading), self._coder.code(reading))
        self._examined[item.id] = examined
        if len(self._examined) > _RECENT:
            self._examined.popitem(last=False)
        return examined

    def _decide_new(
        self, item: Item, representation: Representation, claim: Claim, relevance: Relevance, now: datetime
    ) -> Decision:
        reading = representation.reading
        found = self._first_story.matches(representation, self._stream, now)
        open_now = [match for match in found if now - match.cluster.latest.item.first_seen <= WINDOW]
        best = open_now[0] if open_now else None
        joins = best is not None and best.score >= _SAME
        relevant = (relevance.scope >= _IN_SCOPE and relevance.names_principal) or (
            joins and relevance.scope >= _IN_SCOPE_BY_COMPANY
        )
        decision = Decision(
            item.id,
            relevance.kind,
            relevant=relevant and relevance.kind is Kind.DEVELOPMENT,
            people=claim.people,
            why=relevance.reasons,
            evidence=Evidence(best.evidence(_SAME) if best is not None else None, relevance.weights),
        )
        if not relevant or relevance.kind in (Kind.ANALYSIS, Kind.OFFTOPIC):
            return decision
        if relevance.kind is Kind.ROUNDUP:
            if best is not None and joins:
                stands = standing(best.cluster.origins())
                return replace(
                    decision,
                    origins=stands.origins,
                    corroboration=stands.corroboration,
                    status=Status.REPORT,
                    alert=AlertAction.EDIT,
                    development=best.cluster.id,
                    why=(*decision.why, *best.words),
                )
            return decision
        decision = replace(
            decision,
            tracks=self._tracks(reading),
            plover=claim.plover,
            actors=claim.actors,
            targets=claim.targets,
            aux=claim.aux,
            stage=claim.stage,
        )
        opposed: Relation | None = None
        for match in open_now:
            if match.score < _SAME:
                break
            related = relation(claim, [member.claim for member in match.cluster.members.values()])
            if related.kind is not RelationKind.OPPOSED:
                return self._join(decision, match, related, item, reading)
            opposed = opposed or related
        opened = self._open(decision, best, item, reading, claim)
        if opposed is not None:
            return replace(opened, change=opposed.change, why=(f"{opposed.change}: linked, not merged", *opened.why))
        return opened

    def _open(self, decision: Decision, best: Match | None, item: Item, reading: Reading, claim: Claim) -> Decision:
        origin, words = self._origins.origin(reading, ())
        stands = standing({origin: {item.party} if item.party else set()})
        worth = weigh(claim, self._vocabulary, tiers=[item.tier], stands=stands)
        follows = best.cluster.id if best is not None and best.score >= _RELATED else None
        nearest = (f"nearest known development scores {best.score:.2f}", *best.words) if best is not None else ()
        default = self._vocabulary.negotiation.default_track
        return replace(
            decision,
            tracks=decision.tracks or ((default,) if default else ()),
            status=Status.NEW,
            alert=AlertAction.POST,
            development=f"d-{item.id}",
            follows=follows,
            origin=origin,
            origins=stands.origins,
            corroboration=stands.corroboration,
            urgency=worth.urgency,
            urgency_reasons=worth.reasons,
            why=("no known development reports this", *nearest, words, *decision.why),
            evidence=_evidence(decision, origin=words),
        )

    def _join(self, decision: Decision, best: Match, related: Relation, item: Item, reading: Reading) -> Decision:
        cluster = best.cluster
        origins = cluster.origins()
        before = standing(origins).corroboration
        origin, words = self._origins.origin(reading, cluster.members.values())
        copied = origin in origins
        origins.setdefault(origin, set()).update({item.party} if item.party else ())
        after = standing(origins)
        tiers = [member.item.tier for member in cluster.members.values()] + [item.tier]
        worth = weigh(cluster.opened_by.claim, self._vocabulary, tiers=tiers, stands=after)
        confirmed = after.corroboration is Corroboration.CONFIRMED and before is Corroboration.PROVISIONAL
        status, alert, change = Status.REPORT, AlertAction.EDIT, None
        if copied:
            status = Status.COPY
        elif related.kind is RelationKind.UPDATE:
            status, alert, change = Status.UPDATE, AlertAction.THREAD, related.change
        elif related.kind is RelationKind.RESTATED:
            status = Status.RESTATED
        if confirmed and status is not Status.UPDATE:
            change = f"confirmed: {after.reason}"
        return replace(
            decision,
            tracks=decision.tracks or cluster.opened_by.decision.tracks,
            status=status,
            alert=alert,
            development=cluster.id,
            follows=cluster.opened_by.decision.follows,
            origin=origin,
            origins=after.origins,
            corroboration=after.corroboration,
            urgency=worth.urgency,
            urgency_reasons=worth.reasons,
            change=change,
            state_change=StateChange.CONFIRMED if confirmed else None,
            why=(f"reports a known development (score {best.score:.2f})", *best.words, words, *decision.why),
            evidence=_evidence(decision, nearest=best.evidence(_SAME), origin=words),
        )

    def _decide_revision(self, known: Member, item: Item, claim: Claim, representation: Representation) -> Decision:
        """A changed article against itself: it stays where it was, and says what changed."""
        revision = compare_revision(known.item, item, known.claim, claim)
        why = (f"revision {item.revision} of a known item: {revision.kind.value}", *revision.slots)
        decision = replace(self._as_it_stands(known, claim), why=why)
        if revision.kind is RevisionKind.COSMETIC:
            return replace(decision, status=Status.REPORT, alert=AlertAction.EDIT)
        return replace(
            decision,
            status=Status.UPDATE,
            alert=AlertAction.THREAD,
            plover=claim.plover,
            actors=claim.actors,
            targets=claim.targets,
            people=claim.people,
            aux=claim.aux,
            stage=claim.stage,
            tracks=decision.tracks or self._tracks(representation.reading),
            change=revision.words,
            state_change=_STATE_CHANGES.get(revision.kind),
        )

    def _as_it_stands(self, known: Member, claim: Claim | None = None) -> Decision:
        """What was decided on a known item, with its development as it stands by now and nothing newly changed.

        `claim` is the item's own by now, where that is another: an opening report that changes moves the urgency.
        """
        unchanged = replace(known.decision, merges=(), merges_why=None, moved_from=None)
        decision = replace(unchanged, change=None, state_change=None)
        cluster = self._stream.clusters.get(decision.development or "")
        if cluster is None:
            return decision
        stands = standing(cluster.origins())
        opening = cluster.opened_by
        worth = weigh(
            claim if claim is not None and opening.item.id == known.item.id else opening.claim,
            self._vocabulary,
            tiers=[member.item.tier for member in cluster.members.values()],
            stands=stands,
        )
        return replace(
            decision,
            origins=stands.origins,
            corroboration=stands.corroboration,
            urgency=worth.urgency,
            urgency_reasons=worth.reasons,
        )

    def _tracks(self, reading: Reading) -> tuple[str, ...]:
        """The tracks whose words an item uses, in the newsroom's order; none when it uses no track's."""
        found = reading.ids(Sense.TRACK)
        return tuple(track.id for track in self._vocabulary.negotiation.tracks if track.id in found)


def _evidence(decision: Decision, **more: Nearest | str) -> Evidence:
    return replace(decision.evidence or Evidence(), **more)  # type: ignore[arg-type]  # by the fields' names
