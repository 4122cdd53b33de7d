"""Nights of a hub that the test lets pass, and cases brought to their end before."""

from __future__ import annotations

import asyncio
from typing import Any

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.audit.verify import Witness, verify
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.keeping.keeper import Done
from tests.hub.client import Got, Person
from tests.hub.fixtures import ManualClock, TestHub

NOTE = {"text": "टिप्पणी"}
DAYS = 200
"""More than a site keeps closed cases by default."""


def later(days: float) -> Instant:
    return WallClock().now().plus(days=days)


def kept_in_order(hub: TestHub, days: float = DAYS) -> Done:
    """The night's work, as it is done so many days from now."""
    assert hub.running is not None
    inner = hub.running.hub
    inner.keeper._clock = ManualClock(later(days))
    loop = inner.writer._loop
    assert loop is not None
    return asyncio.run_coroutine_threadsafe(inner.keeper.run(), loop).result(120)


def done(got: Got) -> Any:
    assert got.status == 201, got.raw
    return got.json


def closed(person: Person, rid: str, summary: str = "परिजनों के साथ", **fields: Any) -> None:
    """From new to closed, as an operator does it."""
    version = person.case(rid)["version"]
    version = done(person.command("acknowledge", rid, {"through": version}))["version"]
    version = done(person.command("contact", rid, {"in_person": True, "who": "नमूना"}, seen=version))["version"]
    done(person.command("close", rid, {"code": "counselled", "summary": summary}, seen=version, **fields))


def flagged(hub: TestHub, reference: str, **fields: Any) -> str:
    got = hub.put_flag(reference, **fields)
    assert got.status in (200, 201, 202), got.raw
    return str(got.json["referral_id"])


def verified(hub: TestHub, *heads: Witness) -> None:
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        report = verify(connection, heads)
    assert report.broken is None, report.broken
