"""`hub directory ...`: units, their phones and the helplines, as tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kotaconsole.hub.cli.shared import existing, fail, opened, say, shared_options

_COLUMNS = """units.csv: id, kind (state range district commissionerate grp station), name_en, name_hi, parent,
watch (always while_holding never); optional: lat, lon, covers (JSON). phones.csv: unit, label, number, verified_on.
helplines.csv: id, name_en, name_hi, number, hours, verified_on, expires_on. Days are written 2026-11-23; a number
without the day on which somebody verified it is refused. What a table does not say stays as it is."""


def add_commands(commands: Any) -> None:
    """Add `directory`."""
    group = commands.add_parser("directory", help="निर्देशिका / the directory")
    words = group.add_subparsers(required=True, metavar="COMMAND")
    take = words.add_parser("import", help="तालिकाओं से लें / take over from tables", description=_COLUMNS)
    take.add_argument("--units", type=Path, required=True, metavar="units.csv")
    take.add_argument("--phones", type=Path, metavar="phones.csv")
    take.add_argument("--helplines", type=Path, metavar="helplines.csv")
    take.add_argument("--intake", metavar="UNIT", help="जहाँ नए प्रकरण शुरू होते हैं / the unit at which new cases begin")
    shared_options(take)
    take.set_defaults(run=_import)
    give = words.add_parser("export", help="तालिकाओं में लिखें / write to tables", description=_COLUMNS)
    give.add_argument("--units", type=Path, required=True, metavar="units.csv")
    give.add_argument("--phones", type=Path, metavar="phones.csv")
    give.add_argument("--helplines", type=Path, metavar="helplines.csv")
    shared_options(give)
    give.set_defaults(run=_export)


def _import(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site import sheets
    from kotaconsole.hub.site.records import store_directory

    existing(asked)
    units = sheets.read(asked.units, sheets.UNITS)
    phones = None if asked.phones is None else sheets.read(asked.phones, sheets.PHONES)
    helplines = None if asked.helplines is None else sheets.read(asked.helplines, sheets.HELPLINES)
    with opened(asked) as hub:
        made = sheets.merged(hub.directory, units, phones, helplines, asked.intake or hub.directory.intake_unit)
        stored = store_directory(hub.database.writer, hub.now, made)
    count = sum(len(unit.phones) for unit in stored.units)
    say(f"The directory was taken over as revision {stored.revision}: {len(stored.units)} units, {count} phones,"
        f" {len(stored.helplines)} helplines. A running hub hands it out within seconds.",
        f"निर्देशिका संशोधन {stored.revision} के रूप में ली गई: {len(stored.units)} इकाइयाँ, {count} फ़ोन,"
        f" {len(stored.helplines)} हेल्पलाइन। चलता हुआ हब कुछ सेकंड में इसे देने लगता है।")  # fmt: skip
    return 0


def _export(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site import sheets

    existing(asked)
    with opened(asked) as hub:
        known = hub.directory
    tables = (
        (asked.units, sheets.units_table), (asked.phones, sheets.phones_table),
        (asked.helplines, sheets.helplines_table),
    )  # fmt: skip
    for path, written in tables:
        if path is not None:
            try:
                path.write_text(written(known), encoding="utf-8")
            except OSError as error:
                raise fail("hub-export", f"{path} could not be written ({type(error).__name__}). Check the folder.",
                           f"{path} लिखी नहीं जा सकी ({type(error).__name__})। फ़ोल्डर जाँचें।") from None  # fmt: skip
    say(f"The directory was written: {len(known.units)} units.", f"निर्देशिका लिख दी गई: {len(known.units)} इकाइयाँ।")
    return 0
