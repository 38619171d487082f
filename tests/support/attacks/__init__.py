"""Every attack, by what it works on."""

from support.attacks.addresses import ADDRESSES
from support.attacks.answers import ANSWERS
from support.attacks.bodies import BODIES
from support.attacks.documents import DOCUMENTS
from support.attacks.markup import MARKUP

TABLES = {
    "Where it leads": ADDRESSES,
    "How it answers": ANSWERS,
    "How much it sends": BODIES,
    "What the document is": DOCUMENTS,
    "What the document says": MARKUP,
}
ATTACKS = tuple(attack for table in TABLES.values() for attack in table)
