"""The scenario of one night as its tests read it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "resources" / "scenarios" / "kota-night.jsonl"

LINE_KEYS = {"after", "do", "platform", "reference", "note"}
BODY_KEYS = {
    "flagged_at", "posted_at", "kind", "excerpt", "language", "url", "urgency", "signals", "reviewer_note",
    "callback_ref", "account", "subject", "locations",
}  # fmt: skip
ACCOUNT_KEYS = {
    "platform_account_id", "display_name", "handle", "url", "phones", "emails", "age_band", "holder_is_subject",
}  # fmt: skip
SUBJECT_KEYS = {
    "name", "age", "sex", "language", "phone", "guardian_name", "guardian_phone", "institute", "hostel", "room",
    "warden", "home_district", "hazards", "alone", "family_may_harm",
}  # fmt: skip
LOCATION_KEYS = {"kind", "text", "pincode", "lat", "lon", "radius_m", "observed_at", "source"}
UNKNOWN_ON_PURPOSE = {"x_internal_batch"}

PLATFORMS = {"facebook", "instagram", "threads", "whatsapp", "other"}
SIGNALS = {
    "live_now", "act_in_progress", "injury_stated", "means_in_hand", "time_stated", "dangerous_place", "plan",
    "farewell", "method_named", "recent_attempt",
}  # fmt: skip
MOMENT = re.compile(r"@-PT(\d+)(S|M|H)")
UNDIALLABLE = re.compile(r"\+91 00000 \d{5}")

Line = dict[str, Any]


@cache
def whole_text() -> str:
    return SCENARIO.read_bytes().decode("utf-8")


def lines() -> list[Line]:
    return [json.loads(line) for line in whole_text().removesuffix("\n").split("\n")]


def puts() -> list[Line]:
    return [line for line in lines() if line["do"] == "put"]


def bodies() -> list[tuple[Line, Line]]:
    return [(line, line["body"]) for line in puts() if "body" in line]


def key(line: Line) -> tuple[str, str]:
    return (line["platform"], line["reference"])


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def sent(line: Line) -> bytes:
    """The bytes of a body that is sent as it stands."""
    return base64.b64decode(line["raw_base64"], validate=True) if "raw_base64" in line else line["raw"].encode()


def minutes(moment: str) -> float:
    found = MOMENT.fullmatch(moment)
    assert found is not None, moment
    return int(found[1]) * {"S": 1 / 60, "M": 1, "H": 60}[found[2]]


def account(body: Line) -> Line:
    found = body.get("account")
    return found if isinstance(found, dict) else {}


def subject(body: Line) -> Line:
    return body.get("subject") or {}


def places(body: Line) -> str:
    return " ".join(str(place.get("text", "")) for place in body.get("locations", []))


def minor(body: Line) -> bool:
    age = subject(body).get("age")
    return account(body).get("age_band") == "under_18" or (isinstance(age, int) and age < 18)


def parses(body: bytes) -> Any:
    """The document as a strict reader finds it; raises ValueError or RecursionError where it is none."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    return json.loads(body.decode("utf-8"), parse_constant=refuse)
