"""What of link, clock and other desks has to be heard: from what is known to what calls. Pure.

A trouble is told by the channel and never by a case, so it names units and desks and no person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain.alarm_parts import Sound, Trouble
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.link import LinkView

LINK: Final = "link"
CLOCK: Final = "clock"
SKEW_LIMIT_S: Final = 5.0
"""Seconds between this machine's clock and the hub's that a person has to know of."""
SKEW_OVER_S: Final = 3.0
"""Below it the clocks agree again: a skew that wavers around the limit is told once."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """What the hub tells of others: a unit nobody listens for, or a console that fell silent.

    Attributes:
        kind: `unit_unattended` or `console_silent`; one that is not known yet calls all the same.
        desk: the silent console's short code; None for a unit.
    """

    kind: str
    unit: str
    since: Instant
    desk: str | None = None

    @property
    def key(self) -> str:
        """The same for as long as it stands."""
        return f"watch:{self.kind}:{self.unit}:{self.desk or ''}"


def standing(
    link: LinkView | None, unheard: Iterable[Unheard], told: Iterable[str], seen: frozenset[str] = frozenset()
) -> tuple[Trouble, ...]:
    """All troubles that stand now, the link first.

    Args:
        link: None while nobody is signed in: there is no link then, and nothing is missing.
        unheard: what the hub said last.
        told: keys of the troubles that stood before.
        seen: keys a person has said that they have seen.
    """
    found = []
    if link is not None and link.state == "lost":
        found.append(Trouble(LINK, Sound.S2, Sound.SAY_LINK, LINK in seen))
    limit = SKEW_OVER_S if CLOCK in set(told) else SKEW_LIMIT_S
    if link is not None and abs(link.skew_s) > limit:
        found.append(Trouble(CLOCK, Sound.S3))
    keys = dict.fromkeys(one.key for one in unheard)
    found.extend(Trouble(key, Sound.S2, Sound.SAY_WATCH, key in seen) for key in keys)
    return tuple(found)
