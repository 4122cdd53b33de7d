"""Who stands behind a request. In a room of its own: the rooms that let people in and that write them down need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kotaconsole.wire.bodies import Operator

WRITES: Final = ("operator", "supervisor")
"""Roles that write on cases."""
READS: Final = (*WRITES, "auditor")
"""Roles that read cases."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody signed in at a workstation.

    Attributes:
        operator: who. workstation_id, desk: where; version: of the console there.
        family: the sign-in and all tokens that grew out of it.
    """

    operator: Operator
    workstation_id: str
    desk: str
    version: str | None
    family: str
