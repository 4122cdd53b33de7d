"""What a report typed in by hand (`open`) may hold: the members of a flag, within the bounds of the contract.

The intake cuts what is too long and takes what it can, because nobody can be asked. Here a person sits at the desk:
what could not be kept exactly as it was typed is refused with its place. Wrong types and unknown words are the
business of `intake.read_flag`, which finds them for both; this module finds what that would cut, drop or round.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kotaconsole.domain.intake import REFERENCE
from kotaconsole.domain.vocabulary import MAX_ID, MAX_ITEMS, MAX_LIST, MAX_NAME, MAX_TEXT, PLATFORMS

Fault = tuple[str, str]
"""A JSON pointer into the report, and what would be right there."""

_FLAG: Final = {
    "excerpt": MAX_TEXT, "language": MAX_NAME, "url": MAX_TEXT, "reviewer_note": MAX_TEXT, "callback_ref": MAX_NAME,
}  # fmt: skip
_ACCOUNT: Final = {"platform_account_id": MAX_NAME, "display_name": MAX_NAME, "handle": MAX_NAME, "url": MAX_TEXT}
_SUBJECT: Final = {
    "name": MAX_NAME, "sex": MAX_NAME, "language": MAX_NAME, "phone": MAX_NAME, "guardian_name": MAX_NAME,
    "guardian_phone": MAX_NAME, "institute": MAX_NAME, "hostel": MAX_NAME, "room": MAX_NAME, "warden": MAX_NAME,
    "home_district": MAX_NAME, "hazards": MAX_TEXT,
}  # fmt: skip
_LOCATION: Final = {"id": MAX_ID, "kind": MAX_NAME, "source": MAX_NAME, "text": MAX_TEXT}
"""Characters of every text a report can hold."""


def fault(report: Mapping[str, Any]) -> Fault | None:
    """The first member of a report that could not be kept as it is, or None."""
    return next(_faults(report), None)


def _faults(report: Mapping[str, Any]) -> Iterator[Fault]:
    if report.get("platform") not in (None, *PLATFORMS):
        yield "/platform", f"one of {', '.join(PLATFORMS)}"
    reference = report.get("reference")
    if reference is not None and not (isinstance(reference, str) and REFERENCE.fullmatch(reference)):
        yield "/reference", "1 to 128 of A-Z a-z 0-9 . _ : -"
    yield from _texts(report, "", _FLAG)
    account, subject = _members(report.get("account")), _members(report.get("subject"))
    yield from _texts(account, "/account", _ACCOUNT)
    for name in ("phones", "emails"):
        yield from _list(account.get(name), f"/account/{name}")
    yield from _texts(subject, "/subject", _SUBJECT)
    if isinstance(subject.get("age"), float):
        yield "/subject/age", "a whole number of years"
    yield from _locations(report.get("locations"))


def _texts(values: Mapping[str, Any], path: str, limits: Mapping[str, int]) -> Iterator[Fault]:
    for name, limit in limits.items():
        if _is_long(values.get(name), limit):
            yield f"{path}/{name}", f"at most {limit} characters"


def _list(values: Any, path: str) -> Iterator[Fault]:
    if not isinstance(values, list):
        return
    if len(values) > MAX_LIST:
        yield path, f"a list of at most {MAX_LIST}"
    for place, value in enumerate(values):
        if _is_long(value, MAX_NAME):
            yield f"{path}/{place}", f"at most {MAX_NAME} characters"


def _locations(values: Any) -> Iterator[Fault]:
    if not isinstance(values, list):
        return
    if len(values) > MAX_ITEMS:
        yield "/locations", f"a list of at most {MAX_ITEMS}"
    taken: set[str] = set()
    for place, value in enumerate(values):
        path, one = f"/locations/{place}", _members(value)
        own = one.get("id")
        if isinstance(own, str) and own in taken:
            yield f"{path}/id", "an id of its own"
        elif isinstance(own, str) and own:
            taken.add(own)
        yield from _texts(one, path, _LOCATION)
        if not isinstance(one.get("id"), str | None):
            yield f"{path}/id", f"text of at most {MAX_ID} characters"
        for given, missing in (("lat", "lon"), ("lon", "lat")):
            if one.get(given) is not None and one.get(missing) is None:
                yield f"{path}/{missing}", "latitude and longitude go together"


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_long(value: Any, limit: int) -> bool:
    """Whether a text would be cut: text is kept in NFC, which makes some letters of Devanagari longer."""
    return isinstance(value, str) and max(len(value), len(unicodedata.normalize("NFC", value))) > limit
