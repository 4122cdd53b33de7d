"""What one hub process is told at its start; nothing here changes while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds and sizes in bytes; a test makes them small, a site keeps them.

    Attributes:
        access_s: life of an access token. refresh_s: life of an unused refresh token: a shift of 8 h and its overlap.
        grace_s: how long a used refresh token still gives the same answer, because that answer may have been lost.
        beat_s: time between two beats. max_wait_s: longest long poll. page_token_s: life of a snapshot's page token.
        page_bytes: a page ends early rather than grow past this (a client caps at twice that).
        body_s: longest time a client may take to send a body.
        write_s: longest wait for the writer before a request is told that the hub is not ready.
        queue: requests that may wait for the writer at once.
    """

    access_s: float = 600
    refresh_s: float = 24 * 3600
    grace_s: float = 60
    beat_s: float = 2
    max_wait_s: float = 30
    max_page: int = 500
    page_bytes: int = 4 * 1024 * 1024 - 4096
    page_token_s: float = 900
    closed_days: float = 2
    body_s: float = 30
    write_s: float = 15
    queue: int = 2000


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Where a hub keeps its things and how it is reached."""

    db: str
    resources: Path
    directory: Path | None = None
    training: bool = False
    behind_proxy: bool = False
    min_console: str | None = None
    limits: Limits = field(default_factory=Limits)
