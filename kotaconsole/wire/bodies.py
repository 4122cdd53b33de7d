"""Requests and answers of the Referral API other than the case itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.referral import Flag


@dataclass(frozen=True, slots=True)
class Workstation:
    """How a console introduces itself at sign-in."""

    id: str
    name: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """`POST /v1/sessions`."""

    username: str
    password: str
    workstation: Workstation


@dataclass(frozen=True, slots=True)
class Refresh:
    """`POST /v1/sessions/refresh`."""

    refresh_token: str
    workstation_id: str


@dataclass(frozen=True, slots=True)
class NewPassword:
    """`PUT /v1/me/password`."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Operator:
    """The signed-in person; role is source, operator, supervisor, auditor or admin."""

    id: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The workstation as the hub knows it; `desk` is its short code for ever."""

    id: str
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The answer to sign-in and refresh; `expires_in` in whole seconds, a fraction of another hub is understood."""

    access_token: str
    expires_in: float
    refresh_token: str
    operator: Operator
    workstation: Desk
    server_time: Instant


@dataclass(frozen=True, slots=True)
class Me:
    """`GET /v1/me`."""

    operator: Operator
    workstation: Desk
    server_time: Instant


@dataclass(frozen=True, slots=True)
class Meta:
    """`GET /v1/meta`, before any sign-in."""

    api: str
    server_time: Instant
    epoch: str
    max_wait: float = 30
    max_page: int = 500
    closed_days: float = 2
    retained_days: float | None = None
    min_console: str | None = None
    training: bool = False

    def too_new_for(self, version: str) -> bool:
        """Whether the hub takes nothing any more from a console of this version."""
        return self.min_console is not None and _numbers(version) < _numbers(self.min_console)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


@dataclass(frozen=True, slots=True)
class Flags:
    """`GET /v1/referrals/{id}/flags`."""

    flags: tuple[Flag, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """201 of `PUT /v1/commands/{uuid}`; outcome is applied or superseded."""

    outcome: str
    referral_id: str
    version: int
    number: str | None = None
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagAnswer:
    """The answer of the intake."""

    referral_id: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """`PUT /v1/workstations/{id}/presence`, every 10 s."""

    listening: bool
    audible: Literal["yes", "no", "unknown"]
    last_seq: int
    outbox_depth: int
    version: str
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class WatchAlarm:
    """A unit or console that nobody listens at."""

    kind: str
    unit: str
    since: Instant
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class PresenceAnswer:
    """The answer to presence."""

    server_time: Instant
    alarms: tuple[WatchAlarm, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldError:
    """Where a request is wrong."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457 with the members of the contract."""

    status: int
    code: str
    terminal: bool = False
    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    request_id: str | None = None
    errors: tuple[FieldError, ...] = ()
    current: dict[str, Any] | None = None
    epoch: str | None = None
