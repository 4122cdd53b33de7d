"""The directory of units and helplines, read entry by entry: one that cannot be read costs only itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kotaconsole.domain.directory import Directory, Helpline, Phone, Unit
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.wire import codec, lenient

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Handed:
    """A directory as a hub handed it out.

    Attributes:
        etag: the mark it was handed out under.
        left_out: units, phones and helplines that could not be read.
    """

    directory: Directory
    etag: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Envelope:
    revision: str | int
    intake_unit: str
    units: list[Any]
    helplines: list[Any] | None = None
    triage_revision: str | int | None = None


def read_directory(body: bytes, etag: str = "") -> Handed:
    """Everything of a directory that can be read.

    Raises:
        ContractBreach: it cannot be used: not JSON of its shape, or not one of its units can be read.
    """
    found = codec.convert(_document(body), _Envelope)
    units, lost_units = _readable(found.units, Unit, _without_phones)
    lines, lost_lines = _readable(found.helplines or [], Helpline, lenient.helpline)
    if found.units and not units:
        raise ContractBreach("none of the units can be read")
    with_phones, lost_phones = [], 0
    for entry, unit in units:
        phones, lost = _readable(_phones(entry), Phone, lenient.phone)
        with_phones.append(replace(unit, phones=tuple(phone for _, phone in phones)))
        lost_phones += lost
    directory = Directory(
        found.revision, found.intake_unit, tuple(with_phones), tuple(line for _, line in lines), found.triage_revision
    )
    return Handed(directory, etag, lost_units + lost_lines + lost_phones)


def _document(body: bytes) -> Any:
    try:
        return codec.parse(body)
    except ContractBreach:
        # one entry may hold half a character, which this parser takes and the entry's own reading refuses
        if b"\\u" not in body:
            raise
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ContractBreach("the directory is not JSON") from None


def _readable(entries: list[Any], shape: type[T], put: Callable[[Any], Any]) -> tuple[list[tuple[Any, T]], int]:
    """What can be read, each beside what it was read from, and how many could not."""
    found: list[tuple[Any, T]] = []
    for entry in entries:
        try:
            found.append((entry, codec.decode(json.dumps(put(entry)), shape)))
        except (ContractBreach, RecursionError):
            continue
    return found, len(entries) - len(found)


def _without_phones(entry: Any) -> Any:
    named = lenient.unit(entry)
    return {**named, "phones": []} if isinstance(named, dict) else named


def _phones(entry: Any) -> list[Any]:
    phones = entry.get("phones")
    # no list at all is one thing that cannot be read
    return phones if isinstance(phones, list) else [] if phones is None else [phones]
