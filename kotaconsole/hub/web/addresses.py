"""Every address of the hub, with the function that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.hub.state import Hub
from kotaconsole.hub.web import auditing, health, reading, searching, signing, watching, writing

Handler = Callable[[Hub, Request], Awaitable[Response]]

ADDRESSES: Final[dict[str, dict[str, Handler]]] = {
    "/healthz": {"GET": health.healthz},
    "/readyz": {"GET": health.readyz},
    "/metrics": {"GET": health.metrics},
    "/v1/openapi.json": {"GET": reading.openapi},
    "/v1/meta": {"GET": reading.meta},
    "/v1/sessions": {"POST": signing.sign_in},
    "/v1/sessions/refresh": {"POST": signing.refresh},
    "/v1/sessions/current": {"DELETE": signing.sign_out},
    "/v1/me": {"GET": signing.me},
    "/v1/me/password": {"PUT": signing.change_password},
    "/v1/directory": {"GET": reading.directory},
    "/v1/feeds/{unit}/snapshot": {"GET": reading.snapshot},
    "/v1/feeds/{unit}/changes": {"GET": reading.changes},
    "/v1/referrals/{id}": {"GET": reading.referral},
    "/v1/referrals/{id}/events": {"GET": reading.referral_events},
    "/v1/referrals/{id}/flags": {"GET": reading.referral_flags},
    "/v1/referrals:search": {"POST": searching.search},
    "/v1/commands/{uuid}": {"PUT": writing.put_command},
    "/v1/flags/{platform}/{reference}": {"PUT": writing.put_flag, "DELETE": writing.delete_flag},
    "/v1/workstations/{id}/presence": {"PUT": watching.presence},
    "/v1/workstations": {"GET": watching.workstations},
    "/v1/handovers": {"GET": watching.handovers},
    "/v1/handovers/{id}": {"PUT": watching.put_handover},
    "/v1/drills": {"POST": watching.drill},
    "/v1/reports/shift": {"GET": watching.shift_report},
    "/v1/audit": {"GET": auditing.audit},
    "/v1/audit/head": {"GET": auditing.audit_head},
}
