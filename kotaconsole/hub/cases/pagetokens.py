"""Page tokens of a snapshot: where to read on, signed, so that the hub keeps nothing about who is reading."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.hub.problems import Refused
from kotaconsole.wire import codec

_SIGNED = 32


@dataclass(frozen=True, slots=True)
class Place:
    """Where a snapshot goes on."""

    unit: str
    after_id: str
    as_of: int
    until: Instant


class PageTokens:
    """Signs and reads page tokens with a key that lives as long as the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def write(self, place: Place) -> str:
        """The token of a place."""
        body = codec.encode(place)
        return base64.urlsafe_b64encode(self._sign(body) + body).decode().rstrip("=")

    def read(self, token: str, unit: str, now: Instant) -> Place:
        """The place of a token.

        Raises:
            Refused: `cursor-expired`: it is too old, or none of this process: the snapshot begins again.
        """
        try:
            raw = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
            signature, body = raw[:_SIGNED], raw[_SIGNED:]
            if not hmac.compare_digest(signature, self._sign(body)):
                raise ValueError("not ours")
            place = codec.decode(body, Place)
        except (ValueError, ContractBreach):
            raise Refused("cursor-expired", "begin the snapshot again") from None
        if place.unit != unit or place.until <= now:
            raise Refused("cursor-expired", "begin the snapshot again")
        return place

    def _sign(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, hashlib.sha256).digest()
