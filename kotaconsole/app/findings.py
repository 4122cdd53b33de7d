"""What a look at a desk found: one sentence for each part, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual, EnvironmentFault

State = Literal["good", "wrong", "unknown"]
"""`unknown`: it could not be looked at, which is not good."""
Part = Literal["settings", "keyring", "store", "link", "clock", "sound", "printer"]

PARTS: Final[Mapping[Part, Bilingual]] = {
    "settings": Bilingual("settings", "सेटिंग"),
    "keyring": Bilingual("keyring", "की-रिंग"),
    "store": Bilingual("saved entries", "सुरक्षित प्रविष्टियाँ"),
    "link": Bilingual("link to the hub", "हब से संपर्क"),
    "clock": Bilingual("clock", "घड़ी"),
    "sound": Bilingual("sound", "ध्वनि"),
    "printer": Bilingual("printer", "प्रिंटर"),
}
_STATES: Final[Mapping[State, Bilingual]] = {
    "good": Bilingual("good", "ठीक"),
    "wrong": Bilingual("WRONG", "ख़राब"),
    "unknown": Bilingual("UNKNOWN", "अज्ञात"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of a desk, looked at.

    Attributes:
        code: short name of what is wrong, for programs; empty where all is well.
        technical: for whoever repairs it; never personal data.
        figures: what was counted or measured, by name with its unit.
    """

    part: Part
    state: State
    sentence: Bilingual
    code: str = ""
    technical: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def good(part: Part, en: str, hi: str, **figures: float) -> Finding:
    """A part that works."""
    return Finding(part, "good", Bilingual(en=en, hi=hi), figures=figures)


def wrong(part: Part, fault: EnvironmentFault, **figures: float) -> Finding:
    """A part that does not work, with the sentence the console itself would show."""
    return Finding(part, "wrong", fault.sentence, fault.code, fault.technical, figures)


def unknown(part: Part, en: str, hi: str) -> Finding:
    """A part that could not be looked at."""
    return Finding(part, "unknown", Bilingual(en=en, hi=hi), "not-examined")


def all_good(findings: Iterable[Finding]) -> bool:
    """Whether a desk may be relied on; what is unknown counts against it."""
    return all(one.state == "good" for one in findings)


def as_text(findings: Sequence[Finding]) -> str:
    """For a terminal: of each part Hindi, then English."""
    lines = []
    for one in findings:
        part, state = PARTS[one.part], _STATES[one.state]
        lines.append(f"{part.hi} — {state.hi}: {one.sentence.hi}")
        lines.append(f"{part.en} - {state.en}: {one.sentence.en}")
        if one.code:
            lines.append(f"  ({one.code}: {one.technical})" if one.technical else f"  ({one.code})")
    return "\n".join(lines)


def as_json(findings: Sequence[Finding], *, version: str, now: Instant) -> str:
    """For programs: {version, at, good, parts: [{part, state, code, en, hi, technical, figures}]}."""
    parts = [
        {
            "part": one.part, "state": one.state, "code": one.code, "en": one.sentence.en, "hi": one.sentence.hi,
            "technical": one.technical, "figures": dict(one.figures),
        }
        for one in findings
    ]  # fmt: skip
    whole = {"version": version, "at": now.iso(), "good": all_good(findings), "parts": parts}
    return json.dumps(whole, ensure_ascii=False, indent=2)
