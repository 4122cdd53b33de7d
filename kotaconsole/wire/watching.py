"""Watching the watchers: presence, hand-overs, drills and the shift's report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kotaconsole.domain.clock import Instant


@dataclass(frozen=True, slots=True)
class WatchedConsole:
    """One workstation as the supervisor sees it; None where the hub has not heard it since its start."""

    id: str
    desk: str
    listening: bool
    audible: Literal["yes", "no", "unknown"]
    name: str | None = None
    version: str | None = None
    operator: str | None = None
    unit: str | None = None
    last_seq: int | None = None
    outbox_depth: int | None = None
    seen_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class CommandRun:
    """What became of the site's command; failure: a sentence, None when it went well."""

    last_run_at: Instant
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Unattended:
    """A unit where nobody listens; told: the unit above whose consoles are told, None when there is none."""

    unit: str
    since: Instant
    told: str | None = None
    command: CommandRun | None = None


@dataclass(frozen=True, slots=True)
class WorkstationList:
    """`GET /v1/workstations`."""

    workstations: tuple[WatchedConsole, ...]
    unattended: tuple[Unattended, ...]
    command_set: bool
    server_time: Instant


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift with its name and times."""

    name: str
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A case that is handed over, with what the next shift has to know of it."""

    referral_id: str
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class HandoverBody:
    """`PUT /v1/handovers/{id}`; sign: at which place the bearer signs."""

    unit: str
    shift: Shift
    open: tuple[OpenItem, ...]
    remarks: str | None = None
    sign: Literal["from", "to"] | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, set by the hub."""

    operator_id: str
    name: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over; `version` is the n of its ETag "h<n>". signed: `from` and `to`, as far as there are any."""

    id: str
    version: int
    unit: str
    shift: Shift
    updated_at: Instant
    open: tuple[OpenItem, ...] = ()
    remarks: str | None = None
    signed: dict[str, Signature] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandoverList:
    """`GET /v1/handovers`, the newest shift first."""

    handovers: tuple[Handover, ...]
    server_time: Instant


@dataclass(frozen=True, slots=True)
class DrillBody:
    """`POST /v1/drills`; scenario: the name of one of the hub's scenario files."""

    unit: str
    scenario: str


@dataclass(frozen=True, slots=True)
class DrillAnswer:
    """The cases of a drill."""

    drill_id: str
    referral_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """How long a step took: seconds, nearest rank; None when too few to be told."""

    n: int | None
    p50_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True)
class Flood:
    """A time in which more flags came than people can follow."""

    began: Instant
    ended: Instant
    flags: int


Cells = dict[str, int | None]
"""Counts; None where there are too few to be told without pointing at somebody."""


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """`GET /v1/reports/shift`; the bounds of the time stand beside it as `from` and `to`."""

    unit: str
    total: int | None
    counts: dict[str, Cells]
    times: dict[str, Steps]
    floods: tuple[Flood, ...]
    link_lost_minutes: float | None
    audio_lost_minutes: float | None
    suppressed_below: int | None
    server_time: Instant
