"""The detector: what one item is to a negotiation, given the stream so far.

It decides and keeps what it is told to remember. It does not fetch, store, alert or look at a clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.detection.corroboration import standing
from bot.detection.examining import Examiner
from bot.detection.first_story import FirstStory
from bot.detection.headlines import cosine
from bot.detection.joining import Adds, addition
from bot.detection.lens import load_lens
from bot.detection.lexicon import Sense
from bot.detection.model import load_models
from bot.detection.newsworthiness import weigh
from bot.detection.origins import Origins
from bot.detection.own_page import with_page
from bot.detection.pair_reader import load_pair_reader
from bot.detection.reading import Reader
from bot.detection.relation import Relations
from bot.detection.relevance import Gate, RelevanceModel, track_texts
from bot.detection.representation import Centre, Representer, TermWeights, terms_of
from bot.detection.revision import RevisionKind, compare_revision
from bot.detection.stream import WINDOW, Member, Stream, speaks_for
from bot.detection.telling import told_or_waiting
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import AlertAction, Corroboration, Decision, Kind, StateChange, Status
from bot.domain.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.detection.claim import Claim
    from bot.detection.encoder import Encoder
    from bot.detection.examining import Examined
    from bot.detection.first_story import Match
    from bot.detection.joining import Addition
    from bot.detection.lens import Lens
    from bot.detection.model import Models
    from bot.detection.pair_reader import Reads
    from bot.detection.reading import Reading
    from bot.detection.relation import Relation
    from bot.detection.stream import Cluster
    from bot.domain.evidence import Nearest
    from bot.domain.item import Item
    from config.schema import Genres, Negotiation, Publishers

_IN_SCOPE = 0.25
_IN_SCOPE_BY_COMPANY = 0.05
_SAME = 0.6
_RELATED = 0.4
_BRIDGE = 0.95
_STATE_CHANGES = {
    RevisionKind.CORRECTED: StateChange.CORRECTED,
    RevisionKind.REVERSED: StateChange.REVERSED,
}


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
        pair_reader: Callable[[], Reads] = load_pair_reader,
    ) -> None:
        self._vocabulary = Vocabulary(negotiation, publishers, genres)
        self._reader = Reader(self._vocabulary)
        self._gate = Gate(self._vocabulary)
        models = load_models() if models is None else models
        self._terms = TermWeights(terms_of(self._vocabulary.everyday()))
        lens = load_lens() if lens is None else lens
        self._centre = Centre(lens.seen(encoder.encode(track_texts(negotiation))))
        self._examiner = Examiner(Representer(encoder, self._terms, lens), self._vocabulary)
        self._relevance = RelevanceModel(self._vocabulary, models, encoder)
        self._first_story = FirstStory(models, self._centre, self._terms)
        self._relations = Relations(models, pair_reader)
        self._origins = Origins(publishers, self._vocabulary)
        self._stream = Stream()

    def decide(self, item: Item, now: datetime) -> Decision:
        """What the item is to what is remembered. Changes nothing that a later decision could notice."""
        decision = self._decide(item, now)
        return told_or_waiting(decision, item, self._stream.clusters.get(decision.development or ""))

    def _decide(self, item: Item, now: datetime) -> Decision:
        known = self._stream.get(item.id)
        if known is not None and known.item.title == item.title and known.item.summary == item.summary:
            if known.item.text != item.text and known.decision.origin is not None:
                return self._decide_text(known, self._examiner.examine(self._reader.read(item)))
            return replace(self._as_it_stands(known), status=Status.REPORT, alert=AlertAction.NONE)
        reading = self._reader.read(item)
        if known is None and not self._gate.passes(reading):
            return Decision(item.id, Kind.OFFTOPIC, relevant=False, why=("names no side of the talks",))
        examined = self._examiner.examine(reading)
        if known is not None and known.decision.development is not None:
            return self._decide_revision(known, examined, now)
        return self._decide_new(examined, now)

    def remember(self, item: Item, decision: Decision) -> None:
        """Take a committed decision into account from now on. Items irrelevant to the talks cost nothing."""
        if not decision.relevant:
            return
        examined = self._examiner.examine(self._reader.read(item))
        self._terms.learn(examined.representation.terms)
        self._centre.learn(examined.representation)
        self._stream.add(Member(item, decision, examined.representation, examined.slots))
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

    def _decide_new(self, examined: Examined, now: datetime) -> Decision:
        item, claim = examined.item, examined.slots.claim
        relevance = self._relevance.judge(examined.representation)
        open_now = self._open_developments(examined, item.came_out, now)
        best = open_now[0] if open_now else None
        joins = best is not None and best.score >= _SAME
        opens = relevance.scope >= _IN_SCOPE and relevance.names_principal
        relevant = opens or (joins and relevance.scope >= _IN_SCOPE_BY_COMPANY)
        decision = Decision(
            item.id,
            relevance.kind,
            relevant=relevant and relevance.kind is Kind.DEVELOPMENT,
            people=claim.people,
            why=relevance.reasons,
            evidence=Evidence(
                best.evidence(_SAME) if best is not None else None, relevance.weights, scope=relevance.scope
            ),
        )
        if not relevant or relevance.kind in (Kind.ANALYSIS, Kind.OFFTOPIC):
            return decision
        if relevance.kind is Kind.ROUNDUP:
            return _listed(decision, best) if best is not None and joins else decision
        decision = replace(
            decision,
            tracks=self._tracks(examined.reading),
            plover=claim.plover,
            actors=claim.actors,
            targets=claim.targets,
            aux=claim.aux,
            stage=claim.stage,
        )
        opposed: Addition | None = None
        for match in open_now:
            if match.score < _SAME:
                break
            added = self._addition(examined, match)
            if added.adds is not Adds.ANOTHER:
                joined = self._join(decision, match, added, examined)
                return self._bridging(joined, match, open_now) if opposed is None else joined
            opposed = opposed or added
        if not opens:
            return replace(decision, relevant=False, why=("near a known development, but not of it", *decision.why))
        opened = self._open(decision, best, item, examined.reading, claim)
        if opposed is not None:
            return replace(opened, change=opposed.change, why=(f"{opposed.change}: linked, not merged", *opened.why))
        return opened

    def _open_developments(self, examined: Examined, came_out: datetime, now: datetime) -> list[Match]:
        """Developments with a report in the window, likeliest first."""
        found = self._first_story.matches(examined.representation, self._stream, came_out, least=_SAME)
        return [match for match in found if now - match.cluster.latest.item.first_seen <= WINDOW]

    def _addition(self, examined: Examined, match: Match) -> Addition:
        nearest = match.nearest

        def related() -> Relation:
            meaning = cosine(examined.representation.title_seen, nearest.representation.title_seen)
            return self._relations.of(nearest.slots, examined.slots, meaning)

        return addition(examined.slots, match.cluster, nearest.slots, related)

    def _bridging(self, decision: Decision, best: Match, found: Sequence[Match]) -> Decision:
        """Merge two developments where a report is surely of both and each looks like the other.

        The older one stays, unless only the other was told to the desk. One that follows the other never merges with
        it: the desk was told that they are two.
        """
        for match in found:
            if match.score < _BRIDGE:
                break
            if match.cluster is best.cluster:
                continue
            older, younger = sorted((best.cluster, match.cluster), key=_first_told)
            if older.id == younger.opened_by.decision.follows:
                continue
            opening = younger.opened_by
            back = self._first_story.matches(opening.representation, self._stream, opening.item.came_out, least=_SAME)
            likeness = next((other.score for other in back if other.cluster is older), 0.0)
            if likeness >= _SAME:
                words = f"a report of both ({match.score:.2f}) shows two developments to be one ({likeness:.2f})"
                return replace(
                    decision, development=older.id, merges=(younger.id,), merges_why=words, why=(words, *decision.why)
                )
        return decision

    def _open(self, decision: Decision, best: Match | None, item: Item, reading: Reading, claim: Claim) -> Decision:
        traced = self._origins.trace(reading, ())
        origin, words = traced.id, traced.words
        stands = standing({origin: speaks_for(item, origin)})
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

    def _join(self, decision: Decision, best: Match, added: Addition, examined: Examined) -> Decision:
        item, reading, cluster = examined.item, examined.reading, best.cluster
        origins = cluster.origins()
        before = standing(origins).corroboration
        traced = self._origins.trace(reading, cluster.members.values(), examined.representation.vector)
        origin, words = traced.id, traced.words
        copied = traced.reprint and origin in origins
        origins.setdefault(origin, set()).update(speaks_for(item, origin))
        after = standing(origins)
        tiers = [member.item.tier for member in cluster.members.values()] + [item.tier]
        worth = weigh(cluster.opened_by.claim, self._vocabulary, tiers=tiers, stands=after)
        confirmed = after.corroboration is Corroboration.CONFIRMED and before is Corroboration.PROVISIONAL
        status, alert, change = Status.REPORT, AlertAction.EDIT, None
        if copied:
            status = Status.COPY
        elif added.adds is Adds.DETAIL:
            status, alert, change = Status.UPDATE, AlertAction.THREAD, added.change
        elif added.adds is Adds.REPETITION:
            status = Status.RESTATED
        if confirmed and status is not Status.UPDATE:
            change = f"confirmed: {after.reason}"
        return replace(
            decision,
            tracks=self._in_order({*decision.tracks, *cluster.tracks()}),
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

    def _decide_text(self, known: Member, examined: Examined) -> Decision:
        """The same report, whose own page was read since."""
        cluster = self._stream.clusters[known.decision.development or ""]
        vector = examined.representation.vector
        traced = self._origins.trace(examined.reading, cluster.members.values(), vector)
        return with_page(self._as_it_stands(known), examined.item, traced, cluster, self._vocabulary)

    def _decide_revision(self, known: Member, examined: Examined, now: datetime) -> Decision:
        """A changed article against itself: it says what changed, and moves where it now says the opposite."""
        item, claim = examined.item, examined.slots.claim
        revision = compare_revision(known.item, item, known.claim, claim)
        why = (f"revision {item.revision} of a known item: {revision.kind.value}", *revision.slots)
        decision = replace(self._as_it_stands(known, claim), why=why)
        scope = self._relevance.judge(examined.representation).scope
        decision = replace(decision, evidence=_evidence(decision, scope=scope))
        if revision.kind is RevisionKind.COSMETIC:
            return replace(decision, status=Status.REPORT, alert=AlertAction.EDIT)
        decision = replace(
            decision,
            status=Status.UPDATE,
            alert=AlertAction.THREAD,
            plover=claim.plover,
            actors=claim.actors,
            targets=claim.targets,
            people=claim.people,
            aux=claim.aux,
            stage=claim.stage,
            tracks=decision.tracks or self._tracks(examined.reading),
            change=revision.words,
            state_change=_STATE_CHANGES.get(revision.kind),
        )
        return self._moved(decision, examined, now) if revision.kind is RevisionKind.REVERSED else decision

    def _moved(self, decision: Decision, examined: Examined, now: datetime) -> Decision:
        """A reversed report goes to the development that says what it says now, where another one does."""
        for match in self._open_developments(examined, now, now):
            if match.score < _SAME:
                break
            if match.cluster.id == decision.development:
                if self._addition(examined, match).adds is not Adds.ANOTHER:
                    break
            elif self._addition(examined, match).adds is not Adds.ANOTHER:
                why = (f"now reports another development (score {match.score:.2f})", *match.words, *decision.why)
                return replace(decision, development=match.cluster.id, moved_from=decision.development, why=why)
        return decision

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
        return self._in_order(reading.ids(Sense.TRACK))

    def _in_order(self, tracks: AbstractSet[str]) -> tuple[str, ...]:
        return tuple(track.id for track in self._vocabulary.negotiation.tracks if track.id in tracks)


def _listed(roundup: Decision, match: Match) -> Decision:
    """A roundup among the reports of a development: it is shown there and counts for nothing."""
    stands = standing(match.cluster.origins())
    return replace(
        roundup,
        origins=stands.origins,
        corroboration=stands.corroboration,
        status=Status.REPORT,
        alert=AlertAction.EDIT,
        development=match.cluster.id,
        why=(*roundup.why, *match.words),
    )


def _first_told(cluster: Cluster) -> tuple[bool, datetime]:
    return cluster.waits, cluster.opened_by.item.first_seen


def _evidence(decision: Decision, **more: Nearest | str | float) -> Evidence:
    return replace(decision.evidence or Evidence(), **more)  # type: ignore[arg-type]  # by the fields' names
