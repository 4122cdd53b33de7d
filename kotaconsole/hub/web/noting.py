"""What the audit log has to know of requests that write nothing else: looks and refusals."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from kotaconsole.hub.audit.ledger import NOBODY, Refusal
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.requests import address_of
from kotaconsole.wire.problems import KINDS

OF_STRANGERS: Final = ("invalid-credentials", "too-many-attempts", "bad-signature")
"""What is recorded although nobody is signed in; an old token is not: every console has one every ten minutes."""
OF_RIGHTS: Final = (403, 404)
OF_SIGN_INS: Final = (401, 403, 429)
"""Statuses that refuse a person; the others tell of the request or of the hub."""
_COMMANDS: Final = "/v1/commands/"
_WITNESS: Final = "/v1/audit/head"
"""Every desk asks for heads it saw; one the log has not would make the log longer for nothing."""


async def refused(hub: Hub, request: Request, route: str, problem: Refused) -> None:
    """Record a refusal: of the caller's rights, of a case out of their sight, of a sign-in, of a command.

    Terminal refusals of commands that are stored are no refusals here: they have a row of their own.
    """
    name = getattr(request.state, "tried", None)
    bearer = None if name is not None or problem.code in OF_STRANGERS else _bearer(hub, request)
    told = bearer is not None or name is not None or problem.code in OF_STRANGERS
    if not told or route == _WITNESS:
        return
    kind = KINDS[problem.code]
    command = route.startswith(_COMMANDS) and kind.terminal
    if kind.status not in (OF_RIGHTS if bearer is not None else OF_SIGN_INS) and not command:
        return
    # the route, not the address: ids in an address lead to persons
    what = f"refused {problem.code}: {request.method} {route.replace('{', '(').replace('}', ')')}"
    refusal = Refusal(
        what, NOBODY if bearer is None else bearer.operator.id, None if bearer is None else bearer.desk,
        name if isinstance(name, str) else None,
    )  # fmt: skip
    address = address_of(request, behind_proxy=hub.settings.behind_proxy)
    await hub.ledger.refused(refusal, address=address, referral_id=request.path_params.get("id"))


async def looked(hub: Hub, request: Request, what: str) -> None:
    """Record that the caller looks at the case of the address; it is in the log before the answer is sent."""
    await hub.ledger.looked(hub.auth.bearer(request.headers.get("authorization")), what, str(request.path_params["id"]))


def _bearer(hub: Hub, request: Request) -> Bearer | None:
    try:
        return hub.auth.bearer(request.headers.get("authorization"))
    except Refused:
        return None
