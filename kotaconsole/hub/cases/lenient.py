"""Reading a flag's JSON so that one bad value costs that value only.

The wire's own parser refuses a document with a lone surrogate or a number no machine can hold as a whole. A source
that sends one is still telling of a person: the rest is read, and the bad value is of no type the intake accepts,
so that it ends among the defects.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final, NoReturn

from kotaconsole.domain.intake import Reading, kept_defects
from kotaconsole.domain.referral import Defect
from kotaconsole.domain.text import clean, has_surrogate
from kotaconsole.domain.vocabulary import MAX_TEXT

_DEPTH: Final = 100
"""Levels that are looked into: deeper down stands nothing anyone reads."""


class RepeatedKey:
    """Stands for the value of a key that came twice: nobody can say which one was meant."""


def read(raw: bytes) -> object:
    """The document as built-in values; None when it is no JSON at all (NaN, bad UTF-8, nested too deep, ...)."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_json, parse_int=_int, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None


def has_repeated_key(raw: bytes) -> bool:
    """Whether any object of a document names a member twice; False for what is no JSON."""
    try:
        json.loads(raw, object_pairs_hook=_strict)
    except _Twice:
        return True
    except (ValueError, RecursionError):
        return False
    return False


class _Twice(Exception):
    pass


def _no_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _int(digits: str) -> int | float:
    # longer ones cannot be of use anywhere, and reading them takes time that grows with the square
    return int(digits) if len(digits) <= 100 else float("inf")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found[key] = RepeatedKey() if key in found else value
    return found


def _strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def undecodable(body: object, at: str = "", depth: int = 0) -> list[str]:
    """Where in a document text stands that no encoding can carry (a lone surrogate), whether anyone reads it or not."""
    if isinstance(body, str):
        return [at] if has_surrogate(body) else []
    if depth > _DEPTH:
        return []
    if isinstance(body, dict):
        found = [at for key in body if has_surrogate(key)][:1]
        named = [(key, value) for key, value in body.items() if not has_surrogate(key)]
        return found + [place for key, value in named for place in undecodable(value, f"{at}/{_step(key)}", depth + 1)]
    if isinstance(body, list):
        return [place for n, value in enumerate(body) for place in undecodable(value, f"{at}/{n}", depth + 1)]
    return []


def _step(key: str) -> str:
    """A member's name as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def add_defects(reading: Reading, places: list[str], raw: str) -> Reading:
    """A reading with what its reader did not look at set aside too."""
    known = {defect.pointer for defect in reading.flag.defects}
    more = [Defect(clean(place, 200), "text that cannot be decoded") for place in places if place not in known]
    if not more:
        return reading
    kept = reading.flag.raw_excerpt or clean(raw, MAX_TEXT, lines=True) or None
    return replace(reading, flag=replace(
        reading.flag, defects=kept_defects((*reading.flag.defects, *more)), raw_excerpt=kept
    ))  # fmt: skip
