"""Triage: operational urgency by rules over structured fields, never a prediction.

Clinical guidance (NICE NG225) asks services not to predict suicide by scores. So: every rule that matches is shown
with its sentence, the highest level wins, there is no score and no low level, and text never sets a level. The
rules stand in a versioned file that a site can read; this module only applies them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, cast

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Assessed, Flag, Reason
from kotaconsole.domain.vocabulary import FLAG_KINDS, LEVELS, SIGNALS, URGENCIES, Level

Special = Literal["repeat_24h", "unreadable", "always"]
SPECIALS: Final = ("repeat_24h", "unreadable", "always")

REPEAT_WITHIN_S: Final = 24 * 3600
"""Two different flags of one account within this time are urgent by themselves."""

UNREADABLE_ROOTS: Final = ("/urgency", "/signals", "/kind", "/account")
"""Fields in which an unusable value makes a flag urgent until a person has looked; "" is the whole body."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: it matches when any of its conditions does. `number` is what people say aloud and the wire tells."""

    id: str
    number: int
    level: Level
    text: Bilingual
    signals: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    special: Special | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules file, with the revision that is shown beside every reason."""

    revision: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """Everything stated about a case that a rule may read."""

    signals: frozenset[str]
    urgencies: frozenset[str]
    kinds: frozenset[str]
    unreadable: bool
    repeat: bool


def read_rules(parsed: Mapping[str, Any]) -> Rules:
    """The rules from their parsed file.

    Raises:
        ValueError: a rule is incomplete, knows a word the contract does not, or no rule catches everything.
    """
    rules = tuple(_rule(entry) for entry in parsed["rule"])
    if not any(rule.special == "always" for rule in rules):
        raise ValueError("no rule catches a flag with nothing stated: such a flag would have no level")
    if len({rule.id for rule in rules}) != len(rules) or len({rule.number for rule in rules}) != len(rules):
        raise ValueError("two rules share an id or a number")
    return Rules(int(parsed["revision"]), rules)


def stated(flags: Sequence[Flag], assessed: Assessed | None, earlier: Iterable[Instant] = ()) -> Stated:
    """Collect what the flags state, withdrawn ones too, and what a person set by assessing.

    Args:
        flags: all flags of the case.
        assessed: set by a person; it settles what was unreadable.
        earlier: `received_at` of flags of the same account in earlier, closed cases.
    """
    extra = assessed.signals if assessed else ()
    urgency = {assessed.urgency} if assessed and assessed.urgency else set()
    return Stated(
        signals=frozenset(extra).union(*(flag.signals for flag in flags)),
        urgencies=frozenset(urgency | {flag.urgency for flag in flags if flag.urgency}),
        kinds=frozenset(flag.kind for flag in flags if flag.kind),
        unreadable=assessed is None and any(is_unreadable(flag) for flag in flags),
        repeat=_close_together([*earlier, *(flag.received_at for flag in flags)]),
    )


def is_unreadable(flag: Flag) -> bool:
    """Whether something the rules depend on could not be read."""
    return any(matters(defect.pointer) for defect in flag.defects)


def matters(pointer: str) -> bool:
    """Whether a defect in this place alone makes its flag unreadable."""
    return pointer == "" or any(pointer == root or pointer.startswith(f"{root}/") for root in UNREADABLE_ROOTS)


def reasons(found: Stated, rules: Rules) -> tuple[Reason, ...]:
    """Every rule that matches, highest level first, in the order of the file."""
    hits = [rule for rule in rules.rules if _matches(rule, found)]
    hits.sort(key=lambda rule: LEVELS.index(rule.level))
    return tuple(Reason(rule.number, rule.text, rules.revision) for rule in hits)


def level(found: Stated, rules: Rules) -> Level:
    """The highest level any rule asks for."""
    return highest(rule.level for rule in rules.rules if _matches(rule, found))


def highest(levels: Iterable[Level]) -> Level:
    """The most urgent of these."""
    return min(levels, key=LEVELS.index)


def _matches(rule: Rule, found: Stated) -> bool:
    special = {"repeat_24h": found.repeat, "unreadable": found.unreadable, "always": True}
    return bool(
        rule.signals & found.signals
        or rule.urgencies & found.urgencies
        or rule.kinds & found.kinds
        or (rule.special is not None and special[rule.special])
    )


def _close_together(moments: Iterable[Instant]) -> bool:
    ordered = sorted(moments)
    return any(b.seconds_since(a) <= REPEAT_WITHIN_S for a, b in pairwise(ordered))


def _rule(entry: Mapping[str, Any]) -> Rule:
    name = str(entry["id"])
    if entry["level"] not in LEVELS:
        raise ValueError(f"rule {name}: no such level")
    special = entry.get("special")
    if special is not None and special not in SPECIALS:
        raise ValueError(f"rule {name}: no such special condition")
    rule = Rule(
        id=name,
        number=int(entry["number"]),
        level=cast("Level", entry["level"]),
        text=Bilingual(en=str(entry["text"]["en"]), hi=str(entry["text"]["hi"])),
        signals=_words(name, entry.get("any_signal", ()), SIGNALS),
        urgencies=_words(name, entry.get("urgency", ()), URGENCIES),
        kinds=_words(name, entry.get("kind", ()), FLAG_KINDS),
        special=special,
    )
    if not (rule.signals or rule.urgencies or rule.kinds or rule.special):
        raise ValueError(f"rule {name}: it can never match")
    return rule


def _words(rule: str, found: Iterable[Any], known: tuple[str, ...]) -> frozenset[str]:
    words = frozenset(str(word) for word in found)
    if not words <= set(known):
        raise ValueError(f"rule {rule}: a word the contract does not know")
    return words
