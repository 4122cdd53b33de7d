"""The audit log on the wire. Its records travel as they were hashed, member by member, and have no shape here."""

from __future__ import annotations

from dataclasses import dataclass

from kotaconsole.domain.clock import Instant


@dataclass(frozen=True, slots=True)
class AuditHead:
    """`GET /v1/audit/head`: how far the log goes, or the record that was asked for."""

    epoch: str
    n: int
    hash: str
    at: Instant
