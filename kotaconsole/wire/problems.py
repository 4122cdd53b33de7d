"""Problem codes of the contract: each with its status and whether asking again can help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One problem code. `terminal`: the same request can never succeed."""

    code: str
    status: int
    terminal: bool
    title: str


_ALL: Final = (
    Kind("malformed", 400, True, "The request cannot be read"),
    Kind("invalid-credentials", 401, True, "Name or password is wrong"),
    Kind("bad-signature", 401, True, "The signature does not fit"),
    Kind("token-expired", 401, False, "Sign in or refresh first"),
    Kind("session-revoked", 401, False, "This session was ended"),
    Kind("not-allowed", 403, True, "This is not for this role or unit"),
    Kind("unknown-author", 403, False, "The author has had no session on this workstation"),
    Kind("not-found", 404, True, "There is nothing here for you"),
    Kind("method-not-allowed", 405, True, "This is not done here"),
    Kind("held", 409, True, "Another operator holds the case"),
    Kind("illegal-transition", 409, True, "The case is not in a state for this"),
    Kind("signed", 409, True, "Both have signed: it stays as it is"),
    Kind("in-progress", 409, False, "The same command is being worked on"),
    Kind("cursor-expired", 410, False, "The feed no longer goes back that far"),
    Kind("epoch-changed", 410, False, "The hub was restored: read anew"),
    Kind("version-mismatch", 412, True, "Somebody changed the case meanwhile"),
    Kind("too-large", 413, True, "The request is too large"),
    Kind("invalid", 422, True, "A value breaks a rule"),
    Kind("command-id-reused", 422, True, "This id was used for another command"),
    Kind("client-too-old", 426, False, "This console is too old for the hub"),
    Kind("precondition-required", 428, True, "Say which version this is meant for"),
    Kind("too-many-attempts", 429, False, "Too many attempts"),
    Kind("internal", 500, False, "The hub made a mistake"),
    Kind("unavailable", 503, False, "The hub is not ready"),
)

KINDS: Final = {kind.code: kind for kind in _ALL}
