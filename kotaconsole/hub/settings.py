"""What one hub process works by: how it was started, and what the site has decided.

The site's decisions stand in the database (`kotaconsole hub settings`); `hub.sitesettings` reads and checks them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kotaconsole.domain.due import Times


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds and sizes in bytes; a test makes them small, a site keeps them.

    Attributes:
        access_s: life of an access token. refresh_s: life of an unused refresh token: a shift of 8 h and its overlap.
        grace_s: how long a used refresh token still gives the same answer, because that answer may have been lost.
        watch_s: time between two looks at what is due and who listens. nobody_limit_s: longest run of the
            site's command.
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
    watch_s: float = 1
    nobody_limit_s: float = 30
    max_wait_s: float = 30
    max_page: int = 500
    page_bytes: int = 4 * 1024 * 1024 - 4096
    page_token_s: float = 900
    closed_days: float = 2
    body_s: float = 30
    write_s: float = 15
    queue: int = 2000


@dataclass(frozen=True, slots=True)
class Site:
    """What the site has decided about its watch and its memory; a running hub follows a change within seconds.

    Attributes:
        times: when what nobody acts on is told again.
        unattended_s: seconds a watched unit may be without a listening, audible console.
        nobody_repeat_s: seconds until `on_nobody_listening` is run again while it lasts.
        flood_flags, flood_window_s: more flags than these in so many seconds are a flood (patterned on ISA 18.2).
        supervisor_away_s: seconds after which an operator may close without a supervisor.
        retained_days: days a closed case is kept before it is pruned. retention_hour: hour (IST) of the pruning.
        on_nobody_listening: program and arguments run when nobody listens anywhere; none when empty.
    """

    times: Times = field(default_factory=Times)
    unattended_s: float = 30
    nobody_repeat_s: float = 900
    flood_flags: int = 10
    flood_window_s: float = 600
    supervisor_away_s: float = 900
    retained_days: int = 180
    retention_hour: int = 4
    on_nobody_listening: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Where a hub keeps its things, how it is reached, and what the site has decided.

    Attributes:
        key_file: where the key of the database stands; by default beside it.
        directory: a paper to use in place of what the database holds.
    """

    db: str
    resources: Path
    directory: Path | None = None
    training: bool = False
    behind_proxy: bool = False
    min_console: str | None = None
    limits: Limits = field(default_factory=Limits)
    site: Site = field(default_factory=Site)
    key_file: Path | None = None
