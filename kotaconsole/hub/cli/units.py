"""`hub unit ...`: single units of the directory."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from kotaconsole.domain.directory import Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.hub.cli.shared import Opened, existing, fail, opened, say, shared_options, table


def add_commands(commands: Any) -> None:
    """Add `unit`."""
    unit = commands.add_parser("unit", help="इकाइयाँ / units").add_subparsers(required=True, metavar="COMMAND")
    everything = unit.add_parser("list", help="सूची / list all units")
    shared_options(everything)
    everything.set_defaults(run=_list)
    add = unit.add_parser("add", help="इकाई जोड़ें / add a unit")
    add.add_argument("id", metavar="UNIT")
    add.add_argument("--kind", required=True, help="state, range, district, commissionerate, grp, station")
    add.add_argument("--name-en", required=True)
    add.add_argument("--name-hi", required=True)
    add.add_argument("--parent", required=True)
    add.add_argument("--watch", default="never", help="always, while_holding, never")
    shared_options(add)
    add.set_defaults(run=_add)
    change = unit.add_parser("set", help="निगरानी बदलें / set how a unit is watched")
    change.add_argument("id", metavar="UNIT")
    change.add_argument("--watch", required=True, help="always, while_holding, never")
    shared_options(change)
    change.set_defaults(run=_set)


def _list(asked: argparse.Namespace) -> int:
    existing(asked)
    with opened(asked) as hub:
        intake = hub.directory.intake_unit
        table(
            ("UNIT", "KIND", "PARENT", "WATCH", "PHONES", "नाम / NAME"),
            [
                (one.id + (" *" if one.id == intake else ""), one.kind, one.parent, one.watch, len(one.phones),
                 f"{one.name.hi} / {one.name.en}")
                for one in hub.directory.units
            ],
        )  # fmt: skip
        say(f"* new cases begin at {intake}", f"* नए प्रकरण {intake} पर शुरू होते हैं")
    return 0


def _add(asked: argparse.Namespace) -> int:
    existing(asked)
    with opened(asked) as hub:
        if hub.directory.unit(asked.parent) is None:
            raise _unknown(asked.parent)
        if hub.directory.unit(asked.id) is not None:
            raise fail(
                "hub-unit-exists",
                f"There is a unit {asked.id!r} already. Nothing was changed. Choose another code, or change the unit"
                " with 'kotaconsole hub directory import'.",
                f"{asked.id!r} नाम की इकाई पहले से है। कुछ भी बदला नहीं गया। दूसरा कोड चुनें, या इकाई को"
                " 'kotaconsole hub directory import' से बदलें।",
            )
        name = Bilingual(en=asked.name_en, hi=asked.name_hi)
        unit = Unit(asked.id, asked.kind, name, asked.parent, asked.watch)
        _store(hub, (*hub.directory.units, unit))
    say("The unit was added; a running hub knows it within seconds.",
        "इकाई जोड़ दी गई; चलता हुआ हब कुछ सेकंड में उसे जान लेता है।")  # fmt: skip
    return 0


def _set(asked: argparse.Namespace) -> int:
    existing(asked)
    with opened(asked) as hub:
        if hub.directory.unit(asked.id) is None:
            raise _unknown(asked.id)
        units = tuple(replace(unit, watch=asked.watch) if unit.id == asked.id else unit for unit in hub.directory.units)
        _store(hub, units)
    say("The unit is watched this way from now on; a running hub follows within seconds.",
        "अब से इकाई की निगरानी ऐसे होगी; चलता हुआ हब कुछ सेकंड में इसे अपनाता है।")  # fmt: skip
    return 0


def _store(hub: Opened, units: tuple[Unit, ...]) -> None:
    """Lay the directory in with these units; what is wrong is told without the file that an import would have."""
    from kotaconsole.hub.site.checks import Unsound
    from kotaconsole.hub.site.records import store_directory

    try:
        store_directory(hub.database.writer, hub.now, replace(hub.directory, units=units))
    except Unsound as unsound:
        raise fail(
            "hub-unit",
            f"That cannot be: {unsound.why.en}. Nothing was changed. Check what you gave, then try again.",
            f"यह नहीं हो सकता: {unsound.why.hi}। कुछ भी बदला नहीं गया। जो दिया है उसे जाँचें, फिर कोशिश करें।",
        ) from None


def _unknown(unit: str) -> Exception:
    return fail(
        "hub-unit-unknown",
        f"The directory has no unit {unit!r}. Nothing was changed. See 'kotaconsole hub unit list'.",
        f"निर्देशिका में {unit!r} नाम की कोई इकाई नहीं है। कुछ भी बदला नहीं गया। 'kotaconsole hub unit list' देखें।",
    )
