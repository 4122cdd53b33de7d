"""The table of kinds x states x people, cell by cell, against an expectation written out here by hand.

Nothing of `kotaconsole.domain.life` is used: what stands below was copied from the contract, letter by letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.commands import Author
from kotaconsole.domain.decisions import LaterChange, decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.life import RULES
from kotaconsole.domain.vocabulary import OUTCOMES, State
from tests.people import command, facts, gurjar, meena, supervisor
from tests.unit.lives import PAYLOADS, standing

pytestmark = pytest.mark.unit

STATES: Final[dict[str, State]] = {
    "n": "new", "a": "acknowledged", "i": "informed", "d": "departed", "s": "on_scene", "c": "contact_made",
    "x": "closed",
}  # fmt: skip
AWAY: Final = meena(operator_id="op-away", unit="bundi", workstation="ws-9")
MEENA: Final = meena()


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, and who holds the case then."""

    who: str
    author: Author
    holder: Author | None = MEENA


PEOPLE: Final = (
    Person("the holder", MEENA),
    Person("a colleague of the holder", gurjar()),
    Person("a supervisor of the unit", supervisor()),
    Person("the holder, of another unit", AWAY, AWAY),
    Person("an operator of the asked unit", meena(operator_id="op-j", unit="jhunjhunu", workstation="ws-8")),
    Person("a supervisor of the asked unit", supervisor(operator_id="sup-j", unit="jhunjhunu")),
    Person("an operator above", meena(operator_id="op-r", unit="range-kota")),
    Person("a supervisor above", supervisor(operator_id="sup-r", unit="range-kota")),
    Person("an operator of another unit", meena(operator_id="op-b", unit="bundi")),
    Person("a supervisor of another unit", supervisor(operator_id="sup-b", unit="bundi")),
    Person("an operator above the asked unit", meena(operator_id="op-rj", unit="range-jaipur")),
    Person("an auditor of the unit", meena(operator_id="aud", role="auditor")),
    Person("a source", meena(operator_id="src", role="source")),
    Person("an administrator", meena(operator_id="adm", role="admin")),
    Person("an operator, nobody holding it", gurjar(), None),
    Person("a supervisor, nobody holding it", supervisor(), None),
)

# who may, in the order of PEOPLE: y yes, - not-allowed, h held, p while the asked unit is asked, else not-allowed,
# t as if it were yes, but nobody else holds it
#              holder     away       above      another    auditor    free
#                 colleague  asked      above        above-asked  source admin
UNIT: Final = "    y y y y    - -        - -        - -        -   - - -  y y"
ADDS: Final = "    y y y y    p p        y y        - -        p   - - -  y y"
LOOK: Final = "    y y y y    p p        y y        - -        p   y - -  y y"
HOLD: Final = "    y h y y    - -        - -        - -        -   - - -  y y"
BOSS: Final = "    - - y -    - -        - -        - -        -   - - -  - y"
TAKE: Final = "    t y y t    - -        - y        - -        -   - - -  t t"
ASKED: Final = "   - - - -    p p        - -        - -        -   - - -  - -"
QUIET: Final = "   y h h y    - -        - -        - -        -   - - -  y y"

# kind, states it is asked in, states it is legal in, transfer (. no matter, + pending, 0 none), who
TABLE: Final = (
    ("acknowledge", "naidsc", "naidsc", ".", UNIT),
    ("acknowledge", "x", "x", ".", QUIET),
    ("decline", "naidscx", "n", ".", UNIT),
    ("release", "naidscx", "naidsc", ".", HOLD),
    ("take_over", "naidscx", "naidsc", ".", TAKE),
    ("note", "naidscx", "naidscx", ".", ADDS),
    ("call", "naidscx", "naidscx", ".", ADDS),
    ("view", "naidscx", "naidscx", ".", LOOK),
    ("slip", "naidscx", "naidscx", ".", ADDS),
    ("add_location", "naidscx", "naidscx", ".", ADDS),
    ("accept_location", "naidscx", "naidsc", ".", UNIT),
    ("update", "naidscx", "naidsc", ".", UNIT),
    ("assess", "naidscx", "naidsc", ".", UNIT),
    ("raise_level", "naidscx", "naidsc", ".", UNIT),
    ("lower_level", "naidscx", "naidsc", ".", BOSS),
    ("locate", "naidscx", "aidsc", ".", HOLD),
    ("inform", "naidscx", "aidsc", ".", HOLD),
    ("depart", "naidscx", "ai", ".", HOLD),
    ("arrive", "naidscx", "aid", ".", HOLD),
    ("contact", "naidscx", "aids", ".", HOLD),
    ("forward", "naidscx", "naidsc", "0", HOLD),
    ("accept", "naidscx", "naidsc", "+", ASKED),
    ("accept_by_phone", "naidscx", "naidsc", "+", UNIT),
    ("return", "naidscx", "naidsc", "+", ASKED),
    ("recall", "naidscx", "naidsc", "+", UNIT),
    ("close", "naidscx", "naidsc", ".", HOLD),
    ("reopen", "naidscx", "x", ".", UNIT),
    ("link", "naidscx", "naidscx", ".", UNIT),
    ("split", "naidscx", "naidsc", ".", BOSS),
    ("hold", "naidscx", "naidscx", ".", BOSS),
)


def expected(letter: str, legal: bool, pending: bool) -> str:
    if letter == "-" or (letter == "p" and not pending):
        return "not-allowed"
    if letter == "h":
        return "held"
    return "illegal-transition" if letter == "t" or not legal else "yes"


CELLS: Final = [
    (kind, state, pending, person, expected(letter, state in legal and transfer != "+0"[pending], pending))
    for kind, states, legal, transfer, who in TABLE
    for state in states
    for pending in (False, True)
    for person, letter in zip(PEOPLE, who.split(), strict=True)
]


def test_the_table_has_a_row_for_every_kind() -> None:
    assert {row[0] for row in TABLE} == set(cmd.PAYLOADS) - {"open"} == set(RULES) == set(PAYLOADS)
    assert len(CELLS) == 29 * 7 * 2 * len(PEOPLE) == 6496
    assert {cell[4] for cell in CELLS} == {"yes", "not-allowed", "held", "illegal-transition"}


def answer(kind: str, state: str, pending: bool, person: Person) -> str:
    case = standing(STATES[state], holder=person.holder, transfer=pending)
    known = facts(transfer_above=("jhunjhunu", "range-jaipur", "rajasthan") if pending else ())
    decided = decide(case, command(kind, PAYLOADS[kind], by=person.author, seen=case.referral.version), known)
    return decided.code if isinstance(decided, Refusal) else "yes"


@pytest.mark.parametrize("kind", sorted(RULES))
def test_every_cell(kind: str) -> None:
    wrong = [
        (STATES[state], "asked" if pending else "", person.who, "expected", wanted, "got", got)
        for of, state, pending, person, wanted in CELLS
        if of == kind and (got := answer(kind, state, pending, person)) != wanted
    ]
    assert wrong == []


# ------------------------------------------------------------------------------------------ which kinds need `seen`

NEEDS_SEEN: Final = {
    "release", "take_over", "accept_location", "update", "assess", "raise_level", "lower_level", "locate", "inform",
    "depart", "arrive", "contact", "forward", "accept", "accept_by_phone", "return", "recall", "close", "reopen",
    "link", "split",
}  # fmt: skip
COLLIDES: Final = ("state", "holder", "unit", "transfer", "level")
OWN: Final = {"update": "subject.hostel", "assess": "assessed", "locate": "locating"}
TOUCHES: Final = (*COLLIDES, "subject.hostel", "account.handle", "assessed", "locating")
LATER: Final = [
    (kind, workstation, touched, workstation == "ws-7" and kind in NEEDS_SEEN and
     (touched in COLLIDES or OWN.get(kind) == touched))
    for kind in PAYLOADS
    for workstation in ("ws-7", "ws-1", None)
    for touched in TOUCHES
]  # fmt: skip


def test_every_collision() -> None:
    assert len(LATER) == 29 * 3 * 9
    assert set(cmd.NEEDS_SEEN) == NEEDS_SEEN
    wrong = []
    for kind, workstation, touched, collides in LATER:
        by = supervisor(workstation="ws-1") if kind not in ("accept", "return") else PEOPLE[4].author
        mine = "ws-8" if kind in ("accept", "return") and workstation == "ws-1" else workstation
        state: State = "closed" if kind == "reopen" else "new" if kind == "decline" else "acknowledged"
        asked = kind in ("accept", "return", "recall", "accept_by_phone")
        case = standing(state, holder=gurjar(), transfer=asked)
        change = LaterChange(mine, frozenset({touched}))
        decided = decide(case, command(kind, PAYLOADS[kind], by=by, seen=1), facts(later=(change,)))
        got = isinstance(decided, Refusal) and decided.code == "version-mismatch"
        if got != collides or (isinstance(decided, Refusal) and not got):
            wrong.append((kind, workstation, touched, decided))
    assert wrong == []


# ------------------------------------------------------------------------------------------------------- the outcomes

# outcome, states it may be told in by an operator, and by a supervisor; everything it needs besides is there
ENDS: Final = {
    "safe_with_family": ("c", "c"),
    "medical_care": ("c", "c"),
    "counselled": ("c", "c"),
    "no_current_distress": ("c", "c"),
    "not_located": ("", "aidsc"),
    "accepted_elsewhere": ("naidsc", "naidsc"),
    "duplicate": ("naidsc", "naidsc"),
    "deceased": ("", "aidsc"),
}


def test_every_outcome_in_every_state() -> None:
    assert set(ENDS) == set(OUTCOMES)
    wrong = []
    for code, by_role in ENDS.items():
        for by, states in zip((MEENA, supervisor()), by_role, strict=True):
            for letter in "naidscx":
                taken = cmd.AcceptedBy("नाम", "hospital", "चिकित्सक", "अस्पताल")
                accepted = taken if code == "accepted_elsewhere" else None
                other = "case-9" if code == "duplicate" else None
                payload = cmd.Close(code, "सारांश", duplicate_of=other, accepted_by=accepted)
                case = standing(STATES[letter], holder=MEENA)
                decided = decide(case, command("close", payload, by=by, seen=1), facts(duplicate="open"))
                got = decided.code if isinstance(decided, Refusal) else "yes"
                wanted = "yes" if letter in states else "illegal-transition" if letter == "x" else "invalid"
                if got != wanted:
                    wrong.append((code, by.role, letter, wanted, got))
    assert wrong == []
