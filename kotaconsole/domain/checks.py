"""What a payload may hold: the bounds of the contract, whatever the case says. A breach is `invalid` with its field.

Only the intake cuts; from a desk nothing is cut, because what the operator sees saved must be what is kept.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import opening
from kotaconsole.domain.commands import Payload, SetField
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.intake import AGE_BANDS, TERNARY
from kotaconsole.domain.vocabulary import (
    LEVELS,
    MAX_AGE,
    MAX_ID,
    MAX_ITEMS,
    MAX_LIST,
    MAX_NAME,
    MAX_NOTE,
    MAX_RADIUS_M,
    MAX_TEXT,
    MAX_WHOLE,
    PLACES,
    PLATFORMS,
    SIGNALS,
    URGENCIES,
)

SLIP_FORMS: Final = ("station", "forward")
SLIP_STATUSES: Final = ("spooled", "completed", "failed", "void")
CALLED: Final = (
    "station", "control_room", "subject", "guardian", "hostel", "institute", "helpline", "platform", "other",
)  # fmt: skip
LINKS: Final = ("duplicate", "same_person", "related")
MAX_RECHECK_MIN: Final = 15
"""A trace that nobody looks at for longer is a case that nobody looks at."""
MAX_CODE: Final = 64
"""Characters of a unit's code, and of a slip's number."""
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PINCODE: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)

Check = Callable[[Any], Refusal | None]


def check(payload: Payload) -> Refusal | None:
    """The first bound a payload breaks, or None."""
    return _CHECKS[type(payload)](payload)


def set_value(one: SetField) -> Any:
    """The value a field of `update` gets, as the case holds it: None becomes what stands for unknown.

    Raises:
        ValueError: there is no such field, or it cannot hold this.
    """
    return _MEMBERS[one.field](one.to)


def _bad(pointer: str, why: str) -> Refusal:
    return Refusal("invalid", why, f"/payload{pointer}")


def _needs(payload: Any, **limits: int) -> Refusal | None:
    """These texts must be there, and not too long."""
    for name in limits:
        value: str | None = getattr(payload, name)
        if value is None or not value.strip():
            return _bad(f"/{name}", "words are needed here")
    return _fits(payload, **limits)


def _fits(payload: Any, **limits: int) -> Refusal | None:
    for name, limit in limits.items():
        value: str | None = getattr(payload, name)
        if value is not None and len(value) > limit:
            return _bad(f"/{name}", f"at most {limit} characters")
    return None


def _among(payload: Any, name: str, known: tuple[str, ...]) -> Refusal | None:
    value = getattr(payload, name)
    return None if value in known else _bad(f"/{name}", f"one of {', '.join(known)}")


def _code(payload: Any, name: str) -> Refusal | None:
    """The code of a unit, where one is named."""
    value: str | None = getattr(payload, name)
    if value is None or (len(value) <= MAX_CODE and _CODE.fullmatch(value)):
        return None
    return _bad(f"/{name}", "the code of a unit")


def _open(it: cmd.Open) -> Refusal | None:
    found = opening.fault(it.report)
    return None if found is None else _bad(*found)


def _reason(payload: Any) -> Refusal | None:
    return _needs(payload, reason=MAX_TEXT)


def _acknowledge(it: cmd.Acknowledge) -> Refusal | None:
    return _bad("/through", "there is no such version") if it.through < 0 else None


def _note(it: cmd.Note) -> Refusal | None:
    return _needs(it, text=MAX_NOTE)


def _call(it: cmd.Call) -> Refusal | None:
    return _among(it, "whom", CALLED) or _needs(it, result=MAX_TEXT) or _fits(it, number=MAX_NAME, person=MAX_NAME)


def _view(it: cmd.View) -> Refusal | None:
    if not 0 < len(it.fields) <= MAX_ITEMS:
        return _bad("/fields", f"which fields were opened, 1 to {MAX_ITEMS}")
    for place, name in enumerate(it.fields):
        if not 0 < len(name) <= MAX_NAME:
            return _bad(f"/fields/{place}", f"1 to {MAX_NAME} characters")
    return None


def _slip(it: cmd.MakeSlip) -> Refusal | None:
    if not 0 <= it.copies <= MAX_WHOLE:
        return _bad("/copies", "a count of copies")
    return (
        _among(it, "form", SLIP_FORMS)
        or _among(it, "status", SLIP_STATUSES)
        or _needs(it, number=MAX_CODE)
        or _code(it, "unit")
        or _fits(it, supersedes=MAX_NAME, reason=MAX_TEXT)
    )


def _add_location(it: cmd.AddLocation) -> Refusal | None:
    place = it.location
    at = "/location"
    if not 0 < len(place.id) <= MAX_ID:
        return _bad(f"{at}/id", f"1 to {MAX_ID} characters")
    if place.kind not in PLACES:
        return _bad(f"{at}/kind", f"one of {', '.join(PLACES)}")
    for name, limit in (("text", MAX_TEXT), ("source", MAX_NAME)):
        if len(getattr(place, name) or "") > limit:
            return _bad(f"{at}/{name}", f"at most {limit} characters")
    if place.pincode is not None and _PINCODE.fullmatch(place.pincode) is None:
        return _bad(f"{at}/pincode", "six digits")
    return _circle(place.lat, place.lon, place.radius_m)


def _circle(lat: float | None, lon: float | None, radius_m: float | None) -> Refusal | None:
    if (lat is None) != (lon is None):  # half a pair of coordinates is no place
        return _bad(f"/location/{'lat' if lat is None else 'lon'}", "latitude and longitude go together")
    for name, value, least, most in (
        ("lat", lat, -90, 90), ("lon", lon, -180, 180), ("radius_m", radius_m, 0, MAX_RADIUS_M),
    ):  # fmt: skip
        if value is not None and not least <= value <= most:
            return _bad(f"/location/{name}", f"from {least} to {most}")
    return None


def _accept_location(it: cmd.AcceptLocation) -> Refusal | None:
    return _needs(it, id=MAX_ID)


def _update(it: cmd.Update) -> Refusal | None:
    if not 0 < len(it.set) <= MAX_ITEMS:
        return _bad("/set", "which fields are to be set is needed")
    met: set[str] = set()
    for place, one in enumerate(it.set):
        if one.field not in _MEMBERS or one.field in met:
            return _bad(f"/set/{place}/field", "there is no such field, or it is named twice")
        met.add(one.field)
        try:
            set_value(one)
        except ValueError as wrong:
            return _bad(f"/set/{place}/to", str(wrong))
    return None


def _assess(it: cmd.Assess) -> Refusal | None:
    if len(it.signals) > MAX_ITEMS:
        return _bad("/signals", f"a list of at most {MAX_ITEMS}")
    for place, word in enumerate(it.signals):
        if word not in SIGNALS:
            return _bad(f"/signals/{place}", "there is no such signal")
    if it.urgency is not None and it.urgency not in URGENCIES:
        return _bad("/urgency", f"one of {', '.join(URGENCIES)}")
    return _reason(it)


def _level(it: cmd.RaiseLevel | cmd.LowerLevel) -> Refusal | None:
    return _among(it, "level", LEVELS) or _reason(it)


def _locate(it: cmd.Locate) -> Refusal | None:
    if not 1 <= it.recheck_minutes <= MAX_RECHECK_MIN:
        return _bad("/recheck_minutes", f"from 1 to {MAX_RECHECK_MIN}")
    return _needs(it, plan=MAX_TEXT)


def _inform(it: cmd.Inform) -> Refusal | None:
    return _code(it, "unit") or _fits(it, person=MAX_NAME, rank=MAX_NAME, phone=MAX_NAME)


def _step(it: cmd.Depart | cmd.Arrive) -> Refusal | None:
    return _code(it, "unit")


def _contact(it: cmd.Contact) -> Refusal | None:
    return _needs(it, who=MAX_TEXT) or _code(it, "unit")


def _forward(it: cmd.Forward) -> Refusal | None:
    return _code(it, "to") or _reason(it)


def _nothing(_: object) -> Refusal | None:
    return None


def _accept_by_phone(it: cmd.AcceptByPhone) -> Refusal | None:
    return _needs(it, person=MAX_NAME, rank=MAX_NAME, phone=MAX_NAME)


def _close(it: cmd.Close) -> Refusal | None:
    if it.statement is not None and it.statement.platform not in PLATFORMS:
        return _bad("/statement/platform", f"one of {', '.join(PLATFORMS)}")
    return (
        _needs(it, summary=MAX_TEXT)
        or _fits(it, duplicate_of=MAX_NAME, without_supervisor=MAX_TEXT)
        or _inside("accepted_by", it.accepted_by, {"name": MAX_NAME}, rank=MAX_NAME, body=MAX_NAME)
        or _inside("statement", it.statement, {"name": MAX_NAME, "text": MAX_TEXT})
    )


def _inside(member: str, part: object, needed: dict[str, int], **limits: int) -> Refusal | None:
    if part is None:
        return None
    found = _needs(part, **needed) or _fits(part, **limits)
    return None if found is None else _bad(f"/{member}{(found.pointer or '').removeprefix('/payload')}", found.detail)


def _link(it: cmd.MakeLink) -> Refusal | None:
    return _among(it, "kind", LINKS) or _needs(it, to=MAX_NAME)


def _split(it: cmd.Split) -> Refusal | None:
    if not 0 < len(it.references) <= MAX_ITEMS:
        return _bad("/references", "which flags leave is needed")
    if not _is_uuid(it.new_referral_id):
        return _bad("/new_referral_id", "a UUID")
    return _reason(it)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


# ------------------------------------------------------------------------------------- the fields `update` may set


def _text(limit: int) -> Callable[[Any], Any]:
    def reads(value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > limit:
            raise ValueError(f"text of 1 to {limit} characters")
        return value

    return reads


def _word(known: tuple[str, ...]) -> Callable[[Any], Any]:
    def reads(value: Any) -> str:
        if value is None:
            return "unknown"
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return value

    return reads


def _age(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_AGE:
        raise ValueError(f"a whole number from 0 to {MAX_AGE}")
    return value


def _list(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
        raise ValueError(f"a list of at most {MAX_LIST}")
    if any(not isinstance(item, str) or not 0 < len(item) <= MAX_NAME for item in value):
        raise ValueError(f"texts of 1 to {MAX_NAME} characters")
    return tuple(value)


_NAME: Final = _text(MAX_NAME)
_MEMBERS: Final[dict[str, Callable[[Any], Any]]] = {
    **{
        f"subject.{name}": _NAME
        for name in (
            "name", "sex", "language", "phone", "guardian_name", "guardian_phone", "institute", "hostel", "room",
            "warden", "home_district",
        )
    },
    "subject.age": _age,
    "subject.hazards": _text(MAX_TEXT),
    "subject.alone": _word(TERNARY),
    "subject.family_may_harm": _word(TERNARY),
    "account.platform_account_id": _NAME,
    "account.display_name": _NAME,
    "account.handle": _NAME,
    "account.url": _text(MAX_TEXT),
    "account.phones": _list,
    "account.emails": _list,
    "account.age_band": _word(AGE_BANDS),
    "account.holder_is_subject": _word(TERNARY),
}  # fmt: skip

_CHECKS: Final[dict[type, Check]] = {
    cmd.Open: _open, cmd.Acknowledge: _acknowledge, cmd.Decline: _reason, cmd.Release: _reason, cmd.TakeOver: _reason,
    cmd.Note: _note, cmd.Call: _call, cmd.View: _view, cmd.MakeSlip: _slip, cmd.AddLocation: _add_location,
    cmd.AcceptLocation: _accept_location, cmd.Update: _update, cmd.Assess: _assess, cmd.RaiseLevel: _level,
    cmd.LowerLevel: _level, cmd.Locate: _locate, cmd.Inform: _inform, cmd.Depart: _step, cmd.Arrive: _step,
    cmd.Contact: _contact, cmd.Forward: _forward, cmd.Accept: _nothing, cmd.AcceptByPhone: _accept_by_phone,
    cmd.Return: _reason, cmd.Recall: _reason, cmd.Close: _close, cmd.Reopen: _reason, cmd.MakeLink: _link,
    cmd.Split: _split, cmd.Hold: _reason,
}  # fmt: skip
