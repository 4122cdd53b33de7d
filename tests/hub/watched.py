"""A hub whose clock the test moves, and what one asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.settings import Limits
from tests.hub.client import Got, Person
from tests.hub.fixtures import ManualClock, TestHub
from tests.world.waiting import until

QUICK = Limits(watch_s=0.02)
"""A watch that looks all the time, so that a test waits for nothing but the look itself."""
HEARD = {"listening": True, "audible": "yes", "last_seq": 0, "outbox_depth": 0, "version": "0.2.0"}


class SetClock(ManualClock):
    """A clock that can be set too, as an administrator or a time server does."""

    def jump(self, seconds: float) -> None:
        """The calendar steps; nothing has passed."""
        self._now = Instant(self._now.plus(seconds=seconds))


class WatchedHub:
    """A hub on a clock of the test's own."""

    def __init__(self, make: Callable[..., TestHub], limits: Limits = QUICK, **more: Any) -> None:
        self.clock = SetClock()
        self.hub = make(limits, clock=self.clock, **more)
        self.people: list[Person] = []
        self.look()

    def person(self, username: str, role: str = "operator", unit: str = "kota-city") -> Person:
        """Somebody who stays signed in however far the clock is moved."""
        self.people.append(self.hub.person(username, role, unit))
        return self.people[-1]

    def flag(self, reference: str, **fields: Any) -> str:
        """A flag through the intake; gives back its case."""
        got = self.hub.put_flag(reference, **fields)
        assert got.status in (200, 201), got.raw
        return str(got.json["referral_id"])

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and let the hub look at what has become of it."""
        self.clock.advance(seconds)
        if seconds >= 300:
            for person in (*self.people, *([self.hub._source] if self.hub._source else [])):
                person.sign_in()
        self.look()

    def restart(self) -> None:
        """Stop the hub, start it, and let it look."""
        self.hub.restart()
        self.look()

    def look(self) -> None:
        """Wait until the hub has looked once from now on, whole."""
        assert self.hub.running is not None
        watch = self.hub.running.hub.watch
        seen = watch.looks
        until(lambda: watch.looks >= seen + 2, 20, "the hub to look")

    def troubles(self) -> tuple[str, ...]:
        assert self.hub.running is not None
        return self.hub.running.hub.watch.troubles()


def kinds(person: Person, referral_id: str) -> list[str]:
    """The timeline of a case: kinds, with what tells two of the hub's own apart."""
    got = person.get(f"/v1/referrals/{referral_id}/events?limit=500")
    assert got.status == 200, got.raw
    return [_word(event) for event in got.json["events"]]


def hub_made(person: Person, referral_id: str) -> list[str]:
    """What the hub's clock made of a case."""
    return [word for word in kinds(person, referral_id) if word.startswith(("escalated", "realarmed"))]


def _word(event: dict[str, Any]) -> str:
    data = event["data"]
    if event["kind"] == "escalated":
        return f"escalated {data['of']} {data['stage']}"
    if event["kind"] == "realarmed":
        return f"realarmed {data['why']} {data['to']}"
    return str(event["kind"])


def ping(person: Person, **fields: Any) -> Got:
    """A console says that it is there."""
    return person.send("PUT", f"/v1/workstations/{person.workstation}/presence", {**HEARD, **fields})


def alarms(person: Person, **fields: Any) -> list[tuple[str, str]]:
    """What a console is told when it says that it is there."""
    got = ping(person, **fields)
    assert got.status == 200, got.raw
    return sorted((one["kind"], one["unit"]) for one in got.json["alarms"])


def done(got: Got) -> Got:
    """An answer that must be good."""
    assert got.status in (200, 201), got.raw
    return got
