"""What the command line asks of the console."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """The console's own options; None leaves the site's settings as they are.

    Attributes:
        sign_in: name and password to fill in, for a demo whose users were made a moment ago.
        seconds: when the program ends by itself.
        throwaway: the desk goes when the program ends, so where the session has no keyring its key need not be kept.
    """

    profile: Path | None = None
    config: Path | None = None
    hub: str | None = None
    queue: str | None = None
    sign_in: tuple[str, str] | None = None
    seconds: float | None = None
    throwaway: bool = False
