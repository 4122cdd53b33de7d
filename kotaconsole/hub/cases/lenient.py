"""Reading a flag's JSON so that one bad value costs that value only.

The wire's own parser refuses a document with a lone surrogate or a number no machine can hold as a whole. A source
that sends one is still telling of a person: the rest is read, and the bad value is of no type the intake accepts,
so that it ends among the defects.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn


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
