"""Make the directory the demo and a fresh hub start with, from a folder of gazetteer CSV files.

The shipped result lies in ``resources/directory/demo-directory.json`` in the shape of ``GET /v1/directory``;
this script is kept so that a corrected list of units can be turned into a new one, not to be run at build time.

Usage: ``python packaging/make_directory.py FOLDER [OUTPUT]``. FOLDER holds ``police_units.csv``,
``police_stations_kota.csv`` and ``kota_localities.csv``.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
from pathlib import Path

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
REVISION = 1
STATE_ID = "rajasthan"
INTAKE_UNIT = "kota-city"

KINDS = {
    "range": "range",
    "commissionerate": "commissionerate",
    "police_district": "district",
    "railway_police": "grp",
}
# Ranges and the state office run no desk yet, and stations are reached by phone: nobody there can be
# "unattended". A district may start a console at any time and is watched while it holds a case.
WATCH = {
    "state": "never",
    "range": "never",
    "station": "never",
    "district": "while_holding",
    "commissionerate": "while_holding",
    "grp": "while_holding",
}
# A locality whose station was only inferred is left out: a wrong station costs more time than none.
SURE = {"stated", "same_name", "stated_by_officer", "stated_government_list"}

JsonObject = dict[str, object]


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _name(en: str, hi: str) -> JsonObject:
    return {"en": en, "hi": hi}


def _unit(code: str, kind: str, name: JsonObject, parent: str | None, covers: list[JsonObject]) -> JsonObject:
    watch = "always" if code == INTAKE_UNIT else WATCH[kind]
    unit: JsonObject = {"id": code, "kind": kind, "name": name, "parent": parent, "watch": watch, "phones": []}
    if covers:
        unit["covers"] = covers
    return unit


def _police_units(folder: Path) -> list[JsonObject]:
    units = [_unit(STATE_ID, "state", _name("Rajasthan Police Headquarters", "राजस्थान पुलिस मुख्यालय"), None, [])]
    for row in _rows(folder, "police_units.csv"):
        covers: list[JsonObject] = [{"kind": "district", "id": code} for code in row["district_ids"].split("|") if code]
        parent = row["parent_id"] or STATE_ID
        units.append(_unit(row["unit_id"], KINDS[row["kind"]], _name(row["name_en"], row["name_hi"]), parent, covers))
    return units


def _stations(folder: Path) -> list[JsonObject]:
    localities: dict[str, list[JsonObject]] = {}
    for row in _rows(folder, "kota_localities.csv"):
        if row["strength"] in SURE:
            place: JsonObject = {"kind": "locality", "name": _name(row["locality_en"], row["locality_hi"])}
            localities.setdefault(row["station_id"], []).append(place)
    stations = []
    for row in _rows(folder, "police_stations_kota.csv"):
        name = _name(row["name_en"], row["name_hi"])
        covers = localities.get(row["station_id"], [])
        stations.append(_unit(row["station_id"], "station", name, row["police_unit_id"], covers))
    return stations


def _helpline(
    code: str, name: JsonObject, number: str, hours: str | None, verified_on: str, expires_on: str
) -> JsonObject:
    return {
        "id": code,
        "name": name,
        "number": number,
        "hours": hours,
        "verified_on": verified_on,
        "expires_on": expires_on,
    }


def _helplines() -> list[JsonObject]:
    """The numbers a slip may print, each until two years after it was last seen in a published source."""
    tele_manas = _name("Tele-MANAS mental health helpline", "टेली-मानस मानसिक स्वास्थ्य हेल्पलाइन")
    cell = _name("Kota student cell", "कोटा स्टूडेंट सेल")
    return [
        _helpline("tele-manas", tele_manas, "14416", "24x7", "2025-12-01", "2027-12-01"),
        _helpline("tele-manas-toll-free", tele_manas, "18008914416", "24x7", "2025-12-01", "2027-12-01"),
        _helpline(
            "erss", _name("Emergency (ERSS)", "आपातकालीन सेवा (ईआरएसएस)"), "112", "24x7", "2026-11-23", "2028-11-23"
        ),
        _helpline("child", _name("Childline", "चाइल्ड हेल्पलाइन"), "1098", "24x7", "2026-11-23", "2028-11-23"),
        _helpline("women", _name("Women's helpline", "महिला हेल्पलाइन"), "1090", "24x7", "2026-11-23", "2028-11-23"),
        # Last seen in December 2023: shipped expired on purpose, so that it shows as "reconfirm" and never prints.
        _helpline("kota-student-cell", cell, "9530442778", None, "2023-12-01", "2025-12-01"),
    ]


def _check(units: list[JsonObject]) -> None:
    """Refuse a tree with two units of one id or a parent that does not exist: a hub could not route in it."""
    ids = [str(unit["id"]) for unit in units]
    twice = sorted({code for code in ids if ids.count(code) > 1})
    orphans = sorted(str(unit["id"]) for unit in units if unit["parent"] is not None and unit["parent"] not in ids)
    if twice or orphans:
        raise SystemExit(f"unit ids used twice: {twice}; units without a known parent: {orphans}")


def make(folder: Path) -> JsonObject:
    """Build the directory from the CSV files in ``folder``.

    Args:
        folder: holds police_units.csv, police_stations_kota.csv and kota_localities.csv.

    Returns:
        The document in the shape of ``GET /v1/directory``.

    Raises:
        SystemExit: two units carry one id, or a parent is unknown.
        KeyError: a column or a kind of unit is not known here.
    """
    units = _police_units(folder) + _stations(folder)
    _check(units)
    rules = tomllib.loads((RESOURCES / "triage" / "rules.toml").read_text(encoding="utf-8"))
    return {
        "revision": REVISION,
        "intake_unit": INTAKE_UNIT,
        "units": units,
        "helplines": _helplines(),
        "triage_revision": rules["revision"],
    }


def main(arguments: list[str]) -> int:
    """Write the directory; prints how many units it holds."""
    if len(arguments) not in (1, 2):
        print("usage: make_directory.py FOLDER [OUTPUT]", file=sys.stderr)
        return 2
    output = Path(arguments[1]) if len(arguments) == 2 else RESOURCES / "directory" / "demo-directory.json"
    directory = make(Path(arguments[0]))
    output.write_text(json.dumps(directory, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    units = directory["units"]
    print(f"{output.name}: {len(units) if isinstance(units, list) else 0} units")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
