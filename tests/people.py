"""People, cases and commands of the tests: all invented, with numbers that cannot be dialled."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author, Command, Payload
from kotaconsole.domain.decisions import Facts, decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import Case, evolve
from kotaconsole.domain.happenings import FlagReceived, FlagRepeated, FlagUpdated, FlagWithdrawn, Happening
from kotaconsole.domain.intake import Reading, read_flag, referral_id
from kotaconsole.domain.referral import Referral
from kotaconsole.domain.triage import Rules, read_rules

ROOT = Path(__file__).resolve().parent.parent
TWO_AM = Instant.parse("2026-11-23T02:14:00+05:30")
"""When alerts come."""


def rules() -> Rules:
    """The rules file as shipped."""
    return read_rules(tomllib.loads((ROOT / "resources/triage/rules.toml").read_text(encoding="utf-8")))


def body(**fields: Any) -> dict[str, Any]:
    """An ordinary flag as a platform sends it."""
    plain: dict[str, Any] = {
        "kind": "story",
        "posted_at": "2026-11-22T20:30:00.000Z",
        "excerpt": "अब और नहीं हो पाएगा",
        "language": "hi",
        "signals": [],
        "account": {"platform_account_id": "9001", "display_name": "नमूना छात्र", "handle": "@namuna_chhatra"},
        "subject": {},
        "locations": [],
    }
    return {**plain, **fields}


def reading(reference: str = "ref-1", *, at: Instant = TWO_AM, platform: str = "instagram", **fields: Any) -> Reading:
    """That flag, read."""
    return read_flag(body(**fields), platform=platform, reference=reference, received_at=at)


def flagged(reference: str = "ref-1", *, at: Instant = TWO_AM, **fields: Any) -> Case:
    """A new case of one flag at Kota City."""
    what = FlagReceived(
        referral_id=referral_id("instagram", reference), number="2026-000123", unit="kota-city",
        reading=reading(reference, at=at, **fields),
    )  # fmt: skip
    return evolve(None, Happening(what, at=at, recorded_at=at), rules())


def repeated(case: Case, reference: str, *, at: Instant = TWO_AM, **fields: Any) -> Case:
    """Another flag joins the case."""
    return evolve(case, Happening(FlagRepeated(reading(reference, at=at, **fields)), at, at), rules())


def updated(case: Case, reference: str = "ref-1", *, at: Instant = TWO_AM, **fields: Any) -> Case:
    """The source sends a flag again with another body."""
    return evolve(case, Happening(FlagUpdated(reading(reference, at=at, **fields)), at, at), rules())


def withdrawn(case: Case, reference: str = "ref-1", *, at: Instant = TWO_AM) -> Case:
    """The source takes a flag back."""
    return evolve(case, Happening(FlagWithdrawn("instagram", reference, "error"), at, at), rules())


def meena(**changes: Any) -> Author:
    """An operator of Kota City at desk K1."""
    return replace(Author("op-meena", "R. Meena", "operator", "kota-city", "ws-1", "K1"), **changes)


def gurjar(**changes: Any) -> Author:
    """A colleague at desk K2."""
    return replace(Author("op-gurjar", "S. Gurjar", "operator", "kota-city", "ws-2", "K2"), **changes)


def supervisor(**changes: Any) -> Author:
    """The supervisor of the shift."""
    return replace(Author("op-sup", "K. Sharma", "supervisor", "kota-city", "ws-3", "K3"), **changes)


def command(
    kind: str, payload: Payload | Refusal, *, by: Author | None = None, seen: int | None = None, at: Instant = TWO_AM
) -> Command:
    """A command about the case of `ref-1`."""
    return Command(kind, referral_id("instagram", "ref-1"), payload, by or meena(), at, at, seen)


def facts(**changes: Any) -> Facts:
    """What the hub knows besides, on an ordinary night."""
    return replace(Facts(now=TWO_AM, above=("kota-city", "range-kota", "rajasthan")), **changes)


def after(case: Case, *commands: Command, given: Facts | None = None) -> Case:
    """The case after commands that must all be accepted."""
    for one in commands:
        decision = decide(case, one, given or facts())
        assert not isinstance(decision, Refusal), decision
        for happening in decision:
            case = evolve(case, happening, rules())
    return case


def refused(case: Case | None, one: Command, given: Facts | None = None) -> Refusal:
    """The refusal of a command that must be refused."""
    decision = decide(case, one, given or facts())
    assert isinstance(decision, Refusal), decision
    return decision


def bare(**changes: Any) -> Referral:
    """The least a case can be."""
    least = Referral(
        id="case-1", version=1, state="new", level="P3", unit="kota-city", opened_at=TWO_AM, updated_at=TWO_AM
    )
    return replace(least, **changes)
