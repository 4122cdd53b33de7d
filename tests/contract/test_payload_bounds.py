"""Every bound the document sets to a payload is kept by the rules, in both directions, with the place of the breach.

The schemas themselves are walked: a fullest payload of each kind, its texts and lists at their bounds, has to pass, and
each single breach of a type, word, length, number, count, form or required member has to be refused where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kotaconsole.domain.checks import check
from kotaconsole.domain.commands import PAYLOADS
from kotaconsole.domain.decisions import decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.wire.payloads import read_payload
from tests.contract.document import document
from tests.contract.walking import breaches, flat, fullest, spoilt
from tests.people import command, facts, meena
from tests.unit.lives import standing

pytestmark = pytest.mark.contract

NO_MATTER = {
    # ids of other cases: one of another form names no case, and is refused by whoever looks for it
    ("link", "/to", "form"), ("close", "/duplicate_of", "form"),
    # not taken at all
    ("add_location", "/location/accepted_by", "too long"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breach:
    """A payload with one thing wrong, and where."""

    at: str
    what: str
    payload: Any


def schema_of(kind: str) -> dict[str, Any]:
    schemas = document()["components"]["schemas"]
    (name,) = [
        name for name, one in schemas.items() if one.get("properties", {}).get("kind", {}).get("const") == kind
    ]  # fmt: skip
    return flat(schemas[name]["properties"]["payload"])


def broken(kind: str) -> Iterator[Breach]:
    schema = schema_of(kind)
    whole = fullest(schema)
    for at, what, wrong in breaches(schema, whole):
        if at and (kind, at, what) not in NO_MATTER:
            yield Breach(at, what, spoilt(whole, at, wrong))


def judged(kind: str, payload: Any) -> Refusal | None:
    found = read_payload(kind, payload)
    by = meena(role="supervisor", unit="jhunjhunu" if kind == "return" else "kota-city")
    case = None if kind == "open" else standing("acknowledged", holder=by, transfer=kind == "return")
    decision = decide(case, command(kind, found, by=by, seen=1), facts())
    return decision if isinstance(decision, Refusal) else None


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_what_the_document_allows_is_in_order(kind: str) -> None:
    payload = read_payload(kind, fullest(schema_of(kind)))
    assert not isinstance(payload, Refusal), payload
    assert check(payload) is None


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_every_breach_of_a_bound_is_refused_in_its_place(kind: str) -> None:
    passed = []
    for one in broken(kind):
        refusal = judged(kind, one.payload)
        if (refusal and (refusal.code, refusal.pointer)) != ("invalid", f"/payload{one.at}"):
            passed.append((one.at, one.what, refusal))
    assert passed == []


def test_the_walk_finds_every_kind_of_breach() -> None:
    """Its own teeth: were the schemas read past, nothing would ever be broken."""
    found = {one.what for kind in PAYLOADS for one in broken(kind)}
    assert found == {"word", "form", "type", "too long", "empty", "maximum", "minimum", "too many", "missing"}
    assert len(list(broken("open"))) > 80
