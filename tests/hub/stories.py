"""What happens again and again in the stories of cases: a flag comes, somebody takes it in hand, it goes elsewhere."""

from __future__ import annotations

from typing import Any

from tests.hub.client import Got, Person
from tests.hub.fixtures import TestHub

NOTE = {"text": "वार्डन को फ़ोन किया, उत्तर नहीं मिला"}
AWAY = {"to": "jhunjhunu", "reason": "व्यक्ति झुंझुनूँ में है"}
PHONE = {"person": "नमूना अधिकारी", "rank": "HC", "phone": "+91 00000 00031"}


def told(got: Got) -> tuple[int, str, bool]:
    """Status, code and whether it is final."""
    return got.status, got.code, got.json["terminal"]


def flagged(hub: TestHub, name: str, **fields: Any) -> str:
    """A new case of one flag; gives back its id."""
    got = hub.put_flag(name, **fields)
    assert got.status == 201, got.raw
    return str(got.json["referral_id"])


def done(person: Person, kind: str, rid: str, payload: dict[str, Any] | None = None, **fields: Any) -> int:
    """A command that must be applied, entered by somebody who sees the case as it is; gives back its version."""
    if "seen" not in fields:
        fields["seen"] = person.case(rid)["version"]
    got = person.command(kind, rid, payload or {}, **fields)
    assert got.status == 201, got.raw
    return int(got.json["version"])


def in_hand(person: Person, hub: TestHub, name: str, **fields: Any) -> str:
    """A flag that this person has taken in hand."""
    rid = flagged(hub, name, **fields)
    done(person, "acknowledge", rid, {"through": 1})
    return rid


def forwarded(person: Person, hub: TestHub, name: str, to: str = "jhunjhunu") -> str:
    """A case this person has asked another unit to take."""
    rid = in_hand(person, hub, name)
    done(person, "forward", rid, {**AWAY, "to": to})
    return rid


def of(events: list[dict[str, Any]], rid: str) -> list[dict[str, Any]]:
    """The events of one case in a feed, oldest first."""
    return [event for event in events if event["referral_id"] == rid]


def kinds(person: Person, unit: str, rid: str) -> list[str]:
    """What the feed of a unit tells of one case."""
    return [event["kind"] for event in of(person.feed(unit), rid)]


def snapshot(person: Person, unit: str) -> dict[str, dict[str, Any]]:
    """What the snapshot of a feed shows, by id."""
    got = person.get(f"/v1/feeds/{unit}/snapshot")
    assert got.status == 200, got.raw
    return {item["id"]: item for item in got.json["items"]}
