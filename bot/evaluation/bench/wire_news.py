"""What the latency bench's sources report, and when: made up, each event told by one and then by all the others."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from bot.evaluation.bench.wire_talks import AGENCY, NORTH, PEOPLE, PLACES, SOUTH

GOES_ROUND = 12.0
"""Seconds within which every other source has told an event too."""

_SEED = 50
_REPRINTS = 0.8
_OTHER = 0.1
_TELLS_FIRST = 0.3

# Each event in three forms of words: an agency's headline, another desk's, and what happened.
_EVENTS = (
    ("{a} and {b} sign artillery pull-back in {place}", "Guns leave the hills after {place} signing by {a} and {b}",
     "Howitzers on both shores of the strait are to be towed behind the ridge and counted by officers"),
    ("Ferry between {place} and the islands will sail again, {a} announces", "{a}: boats to leave {place} from Monday",
     "Passengers and lorries will cross four times a day, for the first time since the blockade"),
    ("{a} hands {b} names of missing sailors in {place}", "List of vanished crews reaches {b} at {place}",
     "Families had collected photographs and letters of forty men who went out with the herring fleet"),
    ("Walkers may use weir gate near {place}, {a} and {b} decide", "Footpath over the weir at {place} opens, says {b}",
     "Guards will check baskets in daylight, and shepherds on either bank keep a key of their own"),
    ("{a} accuses {b} of breaking cod quota off {place}", "Too many trawlers at {place}: {a} rebukes {b}",
     "Patrol boats had filmed nets being hauled at night, twice the catch that the treaty allows"),
    ("Divers start clearing mines on {place} beach under {b}", "First explosives lifted from the sand of {place}",
     "Charts of the fields, drawn by retired engineers, were handed over in sealed tubes"),
    ("Power cable to {place} hospital is switched on by {a}", "Lights return to wards in {place}, {a} at the switch",
     "The electricity comes from across the water and is paid for with timber until spring"),
    ("{b} rejects joint school on the rocks of {place}", "No shared classroom in {place}, {b} tells {a}",
     "Teachers had prepared lessons in both languages; the syllabus in history was what they fell out over"),
    ("Mail planes may fly low over {place}, {a} and {b} agree", "Air corridor for letters and medicine at {place}",
     "Pilots need no escort below the clouds as long as they call the tower by radio"),
    ("{a} threatens to tax planks landed at {place}", "Timber duty looms for {place}, warns {a}",
     "Sawmills say that they would have to close within weeks if customs officers ask for a tenth"),
    ("Dockers' pensions to be paid in {place} after {a} gives way", "{a} drops demand over dockers' money in {place}",
     "Widows will collect what they are owed at the post office against a stamped card"),
    ("Tunnel survey below {place} suspended, {b} says", "Drilling under the narrows halts near {place}",
     "Water broke into a shaft and geologists want to know whether clay or rock lies beneath"),
    ("{a} leases gas caverns in {place} to {b}", "Marsh storage at {place}: {b} becomes tenant of {a}",
     "Methane would be pumped in over summer and drawn on when the frost comes"),
    ("Graves opened near {place} as {a} and {b} look on", "Forensic doctors dig at {place}",
     "Former guards had pointed out a ditch behind the chapel; remains will be identified by teeth"),
    ("Soldiers hand {place} lighthouse to civilian keepers", "Garrison quits the tower of {place}, {a} present",
     "A brass band played as the flag came down and the lamp was lit by a schoolgirl"),
    ("{b} lets wheat out of {place} silos", "Grain ships load at {place} after {b} lifts ban",
     "Bakers had queued for flour since harvest; inspectors weighed every wagon"),
    ("Shared passport counter opens in {place}", "{a} stamps first travel papers at {place} with {b}",
     "Clerks of both states sit side by side, and a visa costs as much as a loaf"),
    ("Lorry drivers stop paying bridge toll at {place}", "{a} abolishes toll of {place} bridge",
     "The collectors become painters of the railings, and repairs are paid from fines"),
    ("Central bank frees frozen savings in {place}, {a} confirms", "Depositors of {place} get money back, {b} told",
     "Accounts that were blocked for two years are released in monthly parts with interest"),
    ("Refugees' bus returns to {place} with {b} aboard", "Delta families go home to {place}",
     "Each household is given seeds, roof tiles and a goat by a charity of the diaspora"),
    ("{a} counts {b}'s missile launchers in a {place} shed", "Rockets under seal in {place}, {a} finds",
     "Serial numbers were read out aloud and padlocks closed with wax"),
    ("Bay of {place} mapped anew by {b}", "White posts mark the tide line at {place}, {a} objects",
     "Surveyors waded for a week because the old sheets show a sandbank that has wandered off"),
    ("Harbour pilots end strike in {place} after call by {a}", "Tugs tow again at {place}",
     "Forty freighters had waited outside; wages rise by a seventh and the night shift is shortened"),
    ("Surgeons swap wards between {place} and the south, {b} says", "{a} sends doctors to {place}",
     "Children with heart defects are operated on first, interpreters stand by the tables"),
    ("Monitors in blue vests stay another year at {place}", "Observers' mandate renewed in {place}, {a} relents",
     "They may drive anywhere without notice and publish what they see every Friday"),
    ("{b} orders barriers at {place} mill lifted for ambulances", "Checkpoint of {place} lets the sick through",
     "A woman had given birth in the queue, and her photograph went round the world"),
    ("Court in {place} clears captains fined by {a}", "Skippers walk free at {place}, fines repaid",
     "Judges held that the buoys had drifted and nobody could know where the line ran"),
    ("Grandparents allowed into {place} on Sundays, {a} and {b} tell families", "Sunday visits begin in {place}",
     "A letter from the mayor is enough, cakes are searched and given back"),
    ("Gunboats must keep lamps lit off {place}, {b} rules", "Night patrol order issued at {place} by {b}",
     "Two crews had collided in fog; from now on they stay a mile apart and sound horns"),
    ("Sheep farmers of {place} get a rent trust from {a}", "Pasture on the rocks of {place} leased for a century",
     "Both parliaments appoint trustees, and wool is sold under one label"),
    ("Archive of the secret police in {place} unsealed by {a}", "{b} reads files in the cellar of {place}",
     "Shelves of index cards name informers; historians are let in before lawyers"),
    ("Dam above {place} to be lowered, {b} promises {a}", "Reservoir deal saves meadows of {place}",
     "Beavers, brewers and three villages downstream had sued over dry wells"),
    ("Broadcast tower of {place} carries both languages again", "{a} ends jamming of {place} radio",
     "A choir sang live at midnight, and the weather was read by two announcers in turn"),
    ("Railway gauge at {place} changed under plan of {a}", "{b} drives last spike of {place} line",
     "Wagons need not be unloaded any more; the first train carried apples and brides"),
    ("Heads of diocese and synagogue meet {a} in {place}", "Bells of {place} to be returned, {b} vows",
     "Bronze taken in the war lies in a museum yard and will be shipped on a barge"),
    ("Census of {place} districts begins with {a} and {b}", "Enumerators knock on doors in {place}",
     "Nobody is asked for a creed, and those who live on boats count where they moor in winter"),
)  # fmt: skip
# Each says whose talks it is of, and in the words of talks: what may be of others waits for a second origin.
_WIRE_LEADS = (
    "{detail}. {a} spoke for {north} and {b} for {south} at the peace talks, negotiators said.",
    "{detail}, negotiators of {north} and {south} said after the peace talks in {place}.",
    "At the peace talks of {north} and {south} negotiators had left this open for months. {detail}.",
)
_OWN_LEADS = (
    "{detail}, reporters in {place} were told. Envoys of {north} and {south} took no questions after the peace talks.",
    "Our correspondent in {place} writes: {detail}. The delegations of {north} and {south} want to negotiate on.",
    "{detail}. So much of the draft peace of {north} and {south} is known in {place}; {a} left without a word.",
)
_ELSEWHERE = (
    ("Rain delays the cup final at the {place} ground", "Spectators waited two hours before the match was put off."),
    ("{place} bakery wins a prize for its rye loaf", "The jury praised the crust and the patience of the bakers."),
    ("New organ is heard in {place} for the first time", "The concert was sold out weeks ago, the verger said."),
    ("A heron nests on the roof of the {place} library", "Readers are asked to use the door at the back until May."),
)


@dataclass(frozen=True, slots=True)
class Report:
    """One article: when it comes out (seconds after the start), where, of which event, and whether it tells it first.

    `event` is None for other news.
    """

    at: float
    source: int
    event: int | None
    name: str
    title: str
    summary: str
    credit: str | None = None
    first: bool = False


@dataclass(frozen=True)
class News:
    """`seconds` of news by `sources`: an event every `every` seconds, reported once by each, and some other news."""

    sources: int
    every: float
    seconds: float

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """All of it in the order it comes out. What would come out later is left out."""
        events = range(int(self.seconds / self.every) + 1)
        told = chain.from_iterable(self._event(number) for number in events)
        return tuple(sorted((each for each in told if each.at <= self.seconds), key=lambda each: each.at))

    def _event(self, number: int) -> list[Report]:
        chance = random.Random(_SEED + number)  # noqa: S311 -- news, not secrets
        headline, otherwise, detail = _EVENTS[number % len(_EVENTS)]
        # Where the events begin again, it is with other people in other places.
        again = number // len(_EVENTS)
        words = {
            "a": PEOPLE[(2 * number + again) % len(PEOPLE)],
            "b": PEOPLE[(2 * number + 1 + 7 * again) % len(PEOPLE)],
            "place": PLACES[(5 * number + again) % len(PLACES)],
            "north": NORTH,
            "south": SOUTH,
            "detail": detail,
        }
        wire = f"Peace talks: {headline.format(**words)}", _WIRE_LEADS[number % len(_WIRE_LEADS)].format(**words)
        begins = number * self.every
        opener = number * 37 % self.sources
        found = [self._report(begins, opener, number, *wire, credit=AGENCY, first=True)]
        for source in range(self.sources):
            if source == opener:
                continue
            at = begins + _TELLS_FIRST + chance.random() * (GOES_ROUND - _TELLS_FIRST)
            if chance.random() < _REPRINTS:
                found.append(self._report(at, source, number, *wire, credit=AGENCY))
            else:
                lead = chance.choice(_OWN_LEADS).format(**words)
                title = f"{otherwise.format(**words)} - negotiators"
                found.append(self._report(at, source, number, title, lead))
            if chance.random() < _OTHER:
                title, lead = chance.choice(_ELSEWHERE)
                where = chance.choice(PLACES)
                found.append(
                    Report(at, source, None, f"other-{number}-{source}", title.format(place=where), f"{lead} {lead}")
                )
        return found

    def _report(
        self,
        at: float,
        source: int,
        event: int,
        title: str,
        summary: str,
        *,
        credit: str | None = None,
        first: bool = False,
    ) -> Report:
        return Report(at, source, event, f"event-{event}-{source}", title, summary, credit, first)
