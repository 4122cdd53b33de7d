"""The words and bounds the contract fixes: levels, states, signals, outcomes, and how long a text may be."""

from __future__ import annotations

from typing import Final, Literal

Level = Literal["P1", "P2", "P3"]
State = Literal["new", "acknowledged", "informed", "departed", "on_scene", "contact_made", "closed"]
Ternary = Literal["yes", "no", "unknown"]
AlarmCause = Literal["flag", "repeat", "raised", "realarm", "released", "withdrawn", "returned"]

STATES: Final[tuple[State, ...]] = (
    "new", "acknowledged", "informed", "departed", "on_scene", "contact_made", "closed",
)  # fmt: skip
LEVELS: Final[tuple[Level, ...]] = ("P1", "P2", "P3")
PLATFORMS: Final = ("facebook", "instagram", "threads", "whatsapp", "other")
FLAG_KINDS: Final = ("post", "story", "reel", "live", "comment", "message", "other")
URGENCIES: Final = ("imminent", "high")
SIGNALS: Final = (
    "live_now", "act_in_progress", "injury_stated", "means_in_hand", "time_stated", "dangerous_place",
    "plan", "farewell", "method_named", "recent_attempt",
)  # fmt: skip
OUTCOMES: Final = (
    "safe_with_family", "medical_care", "counselled", "no_current_distress",
    "not_located", "accepted_elsewhere", "duplicate", "deceased",
)  # fmt: skip

PLACES: Final = ("ip", "cell", "address", "post_clue", "relative", "operator")
"""Where a place is known from, as the contract names it."""

MAX_AGE: Final = 120
"""Years; a higher age is a slip of the hand."""
MAX_RADIUS_M: Final = 20_100_000
"""Half the circumference of the earth."""
MAX_TEXT: Final = 2_000
"""Characters of a free text field; longer ones are cut at intake and refused from a desk."""
MAX_NAME: Final = 300
MAX_ID: Final = 100
"""Characters of the id of a place, or of a person."""
MAX_WHOLE: Final = 2**53 - 1
"""The largest whole number that every reader of JSON takes exactly."""
MAX_LIST: Final = 20
"""Phones and e-mails of one account."""
MAX_NOTE: Final = 60_000
MAX_FLAGS: Final = 50
"""Latest flags that travel inside a Referral; `flag_count` tells how many there are."""
MAX_ITEMS: Final = 100
"""Latest locations, slips, informed units and links that travel inside a Referral."""
