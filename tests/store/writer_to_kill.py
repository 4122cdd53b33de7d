"""Writes notes and slip numbers until it is killed; says each note's number only after the store has saved it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kotaconsole.domain.commands import Note
from tests.store.desk import author, opened


def main() -> None:
    store = opened(Path(sys.argv[1]))
    who = author(store)
    while True:
        entry = store.commands.queue("note", "c1", Note("टिप्पणी"), author=who)
        os.write(1, b"%d\n" % entry.n)
        store.commands.reserve_slip("c1", form="station", unit="kunhadi", desk="K1", author=who)


main()
