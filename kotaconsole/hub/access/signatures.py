"""Signed requests of a source that has no session: HMAC-SHA-256 over all that the hub acts on, and a time window.

The message is: timestamp "." method "." path-and-query "." raw body, the timestamp in Unix seconds as it stands in its
header, the address as it stands in the request line, the body as it comes over the wire, before any encoding is
undone: what was signed is what was sent, whatever a gzip library makes of it.

Inside the window a request can be sent again by whoever saw it. That does no harm: a flag is put, not added, so the
same one again changes nothing; an older body after a newer one can only add to what is known, since no signal is ever
removed by an update; and a withdrawal sent again sounds at most once more and neither closes nor lowers anything.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.keys import SourceKey
from kotaconsole.hub.problems import Refused

WINDOW_S: Final = 300
"""Seconds by which the clocks of the source and of the hub may differ, either way."""
_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE: Final = re.compile(r"sha256=([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself before its body.

    Attributes:
        timestamps: every `X-Hub-Timestamp`. signatures: every `X-Hub-Signature-256`.
        method: as in the request line. target: path and query, as in the request line.
    """

    timestamps: Sequence[str]
    signatures: Sequence[str]
    method: str
    target: bytes


def signature(secret: str, timestamp: str, method: str, target: bytes, body: bytes) -> str:
    """The value of the signature's header."""
    begun = _begun(secret, timestamp, method, target)
    begun.update(body)
    return f"sha256={begun.hexdigest()}"


class Verification:
    """One signed request while its body arrives.

    Every key is worked out and compared to the end, and each comparison takes the same time whatever it finds.
    """

    def __init__(self, claim: Claim, keys: Sequence[SourceKey], now: Instant) -> None:
        """Judge the headers, before anything of the body is read.

        Raises:
            Refused: `bad-signature`: a header is missing, twice or not of its form, or the time is too far off.
        """
        timestamp = _only(claim.timestamps)
        claimed = _SIGNATURE.fullmatch(_only(claim.signatures))
        if claimed is None or _SECONDS.fullmatch(timestamp) is None:
            raise _bad()
        if abs(int(now) / 1000 - int(timestamp)) > WINDOW_S:
            raise Refused("bad-signature", "the timestamp is over 5 min off; /v1/meta tells the hub's time")
        self._claimed = claimed[1]
        self._running = [
            _Running(key.user_id, _begun(key.secret, timestamp, claim.method, claim.target)) for key in keys
        ]

    def take(self, chunk: bytes) -> None:
        """The next bytes of the body."""
        for running in self._running:
            running.mac.update(chunk)

    def source(self) -> str:
        """The user id of the source that signed, once the whole body was taken.

        Raises:
            Refused: `bad-signature`.
        """
        found = None
        for running in self._running:
            if hmac.compare_digest(running.mac.hexdigest(), self._claimed):
                found = running.user_id
        if found is None:
            raise _bad()
        return found


@dataclass(frozen=True, slots=True)
class _Running:
    user_id: str
    mac: hmac.HMAC


def _begun(secret: str, timestamp: str, method: str, target: bytes) -> hmac.HMAC:
    head = b"%b.%b.%b." % (timestamp.encode(), method.encode(), target)
    return hmac.new(secret.encode(), head, hashlib.sha256)


def _only(found: Sequence[str]) -> str:
    """A header that must be there once: of two, nobody could say which one was meant."""
    if len(found) != 1:
        raise _bad()
    return found[0].strip()


def _bad() -> Refused:
    # one sentence for all: which part was wrong helps a forger more than a source
    return Refused("bad-signature", "the signature does not fit, or one of its headers is missing")
