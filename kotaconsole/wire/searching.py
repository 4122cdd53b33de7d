"""`POST /v1/referrals:search`: what is looked for. It travels in a body, so that no address ever holds a name."""

from __future__ import annotations

import msgspec

from kotaconsole.domain.clock import Instant


class Search(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One question; every part may be left out.

    Attributes:
        q: words that must all be found. state: of the case. unit: this one or below it.
        from_: cases opened from then on. to: and before then. page_token: of the page before.
    """

    q: str | None = None
    state: str | None = None
    unit: str | None = None
    from_: Instant | None = None
    to: Instant | None = None
    page_token: str | None = None
