"""The list of cases as the window shows it, read through the accessibility bus."""

from __future__ import annotations

import re

from tests.world.bus import Bus
from tests.world.table import Cell, Table
from tests.world.tree import Wanted, program_roots, walk

_NUMBER = re.compile(r"(?:T-|\d{4}-)?\d{6}")  # 2026-000123, T-000001 in a drill, or the short form of the list
_FLAGS_TITLE = re.compile(r"flag|फ़्लैग|फ्लैग", re.IGNORECASE)
_TABLE_ROLES = ("table", "tree table", "tree")


class ListUnreadable(Exception):
    """The window shows no list of cases that can be read; the text says what was there."""


def read_case_list(bus: Bus, pid: int) -> dict[str, int]:
    """Number of flags for each case that stands in the list.

    Rows that are only scrolled out of sight are counted, hidden ones are not: a person could never see them.

    Raises:
        ListUnreadable: There is no such list, a row says no number of flags, or a case stands there twice.
    """
    titles = []
    for table in _tables(bus, pid):
        header = table.header()
        titles.append(header)
        column = next((i for i, title in enumerate(header) if _FLAGS_TITLE.search(title)), None)
        if column is not None:
            return _count(table.cells(), column)
    raise ListUnreadable(f"no table with a column of flags; tables by their titles: {titles}")


def _tables(bus: Bus, pid: int) -> list[Table]:
    roots = [ref for owner, ref in program_roots(bus) if owner == pid]
    shown = Wanted()
    seen = [s for root in roots for s in walk(bus, root) if s.role in _TABLE_ROLES and shown.fits(s)]
    return [Table(bus, s.ref) for s in seen]


def _count(rows: list[list[Cell]], column: int) -> dict[str, int]:
    listed: dict[str, int] = {}
    for row in rows:
        if not any(cell.stands for cell in row):
            continue
        number = next((c.text.strip() for c in row if _NUMBER.fullmatch(c.text.strip())), None)
        flags = re.search(r"\d+", row[column].text)
        if number is None or flags is None:
            raise ListUnreadable(f"a row without case number or number of flags (column {column})")
        if number in listed:
            raise ListUnreadable(f"case {number} stands in the list twice")
        listed[number] = int(flags.group())
    return listed
