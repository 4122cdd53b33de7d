"""Other words for the same: forms in which another hub may say what ours says in one way only.

Only what did not fit as it was is put into our form here and then read as strictly as before. Nothing is made up: where
a text stands in one language, that one is shown in both; what is missing stays unknown.
"""

from __future__ import annotations

from typing import Any, Final

NO_PLATFORM: Final = "other"
_BY: Final = ("transfer", "by_phone", "assessed", "outcome")
_BY_EACH: Final = ("informed", "slips")


def event(value: Any) -> Any:
    """An event without its case: whoever carried it may be named by more than an id."""
    return _changed(value, by=_actor)


def stub(value: Any) -> Any:
    """A stub: whoever accepted the case may be named by more than a word."""
    return _changed(value, accepted_by=_word)


def case(value: Any) -> Any:
    """A whole case."""
    found = _changed(
        value,
        reasons=lambda these: _each(these, text=both),
        suggested=lambda it: _changed(it, candidates=_whys, links=_whys),
        flags=lambda these: [_flag(flag) for flag in these] if isinstance(these, list) else these,
        locations=lambda these: _each(these, accepted_by=_word),
    )
    for name in _BY:
        found = _changed(found, **{name: lambda it: _changed(it, by=_actor)})
    for name in _BY_EACH:
        found = _changed(found, **{name: lambda these: _each(these, by=_actor)})
    return found


def unit(value: Any) -> Any:
    """A unit of the directory."""
    return _changed(value, name=both)


def helpline(value: Any) -> Any:
    """A helpline of the directory."""
    return _changed(value, name=both, hours=_line)


def phone(value: Any) -> Any:
    """A phone of a unit."""
    return _changed(value, label=_line)


def both(value: Any) -> Any:
    """A text in both languages, of a plain one or of one that stands in a single language; else as it was."""
    if isinstance(value, str):
        return {"en": value, "hi": value}
    if not isinstance(value, dict):
        return value
    en, hi = value.get("en"), value.get("hi")
    said = {"en": hi if _blank(en) else en, "hi": en if _blank(hi) else hi}
    return {**value, **said} if said["en"] is not None else value


def _line(value: Any) -> Any:
    """A bilingual text where we keep one line."""
    said = both(value) if isinstance(value, dict) else value
    if not isinstance(said, dict):
        return said
    hi, en = said.get("hi"), said.get("en")
    if isinstance(hi, str) and isinstance(en, str):
        return hi if hi == en else f"{hi} / {en}"
    return None if hi is None and en is None else value


def _whys(these: Any) -> Any:
    return _each(these, why=both)


def _flag(value: Any) -> Any:
    """A flag of an `open`, which may have come by telephone and of no platform."""
    if not isinstance(value, dict):
        return value
    platform, reference = value.get("platform"), value.get("reference")
    return {
        **value,
        "platform": NO_PLATFORM if platform is None else platform,
        "reference": "" if reference is None else reference,
    }


def _actor(value: Any) -> Any:
    return _changed(value, sent_by=_word)


def _word(value: Any) -> Any:
    """The one word for a person that we keep: the id before the name."""
    if not isinstance(value, dict):
        return value
    words = (value.get(name) for name in ("operator_id", "id", "name", "person"))
    return next((word for word in words if isinstance(word, str)), None)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _each(these: Any, **members: Any) -> Any:
    return [_changed(one, **members) for one in these] if isinstance(these, list) else these


def _changed(value: Any, **members: Any) -> Any:
    """An object with some of the members it has put into our form; anything else as it is."""
    if not isinstance(value, dict):
        return value
    return {name: members[name](member) if name in members else member for name, member in value.items()}
