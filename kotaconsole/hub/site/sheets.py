"""The directory as tables that a site can keep in a spreadsheet.

units.csv: id, kind, name_en, name_hi, parent, watch, and optionally lat, lon, covers (JSON).
phones.csv: unit, label, number, verified_on.
helplines.csv: id, name_en, name_hi, number, hours, verified_on, expires_on.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kotaconsole.domain.directory import Directory, Helpline, Phone, Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.hub.site.checks import unsound

UNITS: Final = ("id", "kind", "name_en", "name_hi", "parent", "watch")
PLACES: Final = ("lat", "lon", "covers")
PHONES: Final = ("unit", "label", "number", "verified_on")
HELPLINES: Final = ("id", "name_en", "name_hi", "number", "hours", "verified_on", "expires_on")
MOST_BYTES: Final = 16 * 1024 * 1024
_PERHAPS: Final = {"label", "hours", "expires_on", *PLACES}

Row = dict[str, str]


def merged(
    known: Directory, units: Sequence[Row], phones: Sequence[Row] | None, helplines: Sequence[Row] | None, intake: str
) -> Directory:
    """A directory out of tables; what no table says stays as it is known, unit by unit.

    Raises:
        EnvironmentFault: `hub-directory`: a cell cannot be read, or a phone belongs to no unit.
    """
    made = [_unit(row, known.unit(row["id"])) for row in units]
    if phones is not None:
        book = _book(phones, {unit.id for unit in made})
        made = [replace(unit, phones=tuple(book.get(unit.id, ()))) for unit in made]
    lines = known.helplines if helplines is None else tuple(_helpline(row) for row in helplines)
    return replace(known, intake_unit=intake, units=tuple(made), helplines=lines)


def read(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of a table, every cell without the blanks around it.

    Raises:
        Unsound: `hub-directory`: it is not there, is no table in UTF-8, or lacks a column.
    """
    try:
        raw = path.read_bytes()[: MOST_BYTES + 1]
        # utf-8-sig: spreadsheets put a mark before the first column's name
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise unsound(
            f"there is no file {path}", f"{path} नाम की कोई फ़ाइल नहीं है",
            en_do="Check the name and the folder.", hi_do="नाम और फ़ोल्डर जाँचें।",
        ) from None  # fmt: skip
    except OSError as error:
        raise unsound(
            f"{path} cannot be opened ({type(error).__name__})", f"{path} खोली नहीं जा सकी ({type(error).__name__})",
            en_do="It has to be a file that this user may read.", hi_do="वह ऐसी फ़ाइल हो जिसे यह उपयोगकर्ता पढ़ सके।",
        ) from None  # fmt: skip
    except UnicodeDecodeError:
        raise unsound(
            f"{path.name} cannot be read as UTF-8", f"{path.name} UTF-8 में पढ़ी नहीं जा सकी",
            en_do="Save the table from the spreadsheet as 'CSV UTF-8' and try again.",
            hi_do="स्प्रेडशीट से तालिका को 'CSV UTF-8' के रूप में सहेजें और फिर कोशिश करें।",
        ) from None  # fmt: skip
    if len(raw) > MOST_BYTES:
        raise unsound(f"{path.name} is too large", f"{path.name} बहुत बड़ी है")
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in columns if name not in _PERHAPS and name not in (table.fieldnames or ())]
        if missing:
            raise unsound(f"{path.name} has no column {missing[0]}", f"{path.name} में {missing[0]} स्तंभ नहीं है")
        return [_row(path, number, row) for number, row in enumerate(table, 2)]
    except csv.Error:
        raise unsound(f"{path.name} is no table", f"{path.name} तालिका नहीं है") from None


def unused(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """Columns of a table that say nothing to a hub: somebody may have thought they do."""
    return sorted({name for row in rows[:1] for name in row} - set(columns))


def _row(path: Path, number: int, row: Mapping[str | None, Any]) -> Row:
    if None in row or None in row.values():
        raise unsound(f"{path.name}, row {number}: it has more or fewer cells than there are columns",
                      f"{path.name}, पंक्ति {number}: स्तंभों से अधिक या कम खाने हैं")  # fmt: skip
    return {str(name): str(value).strip() for name, value in row.items()}


def _unit(row: Row, known: Unit | None) -> Unit:
    unit = Unit(
        row["id"], row["kind"], Bilingual(en=row["name_en"], hi=row["name_hi"]), row["parent"] or None,
        row["watch"] or "never",
    )  # fmt: skip
    if known is not None:
        unit = replace(unit, phones=known.phones, point=known.point, covers=known.covers)
    if "lat" in row and "lon" in row:
        unit = replace(unit, point=_point(row))
    if "covers" in row:
        unit = replace(unit, covers=_covers(row))
    return unit


def _point(row: Row) -> dict[str, float] | None:
    if not row["lat"] and not row["lon"]:
        return None
    try:
        lat, lon = float(row["lat"]), float(row["lon"])
    except ValueError:
        lat = lon = 999.0
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise unsound(f"{row['id']}: lat and lon are degrees", f"{row['id']}: lat और lon अंश हैं")
    return {"lat": lat, "lon": lon}


def _covers(row: Row) -> list[Any] | None:
    if not row["covers"]:
        return None
    try:
        found = json.loads(row["covers"])
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(place, dict) for place in found):
        raise unsound(f"{row['id']}: covers is a JSON list of places", f"{row['id']}: covers स्थानों की JSON सूची है")
    return found


def _book(rows: Iterable[Row], units: set[str]) -> dict[str, list[Phone]]:
    book: dict[str, list[Phone]] = {}
    for number, row in enumerate(rows, 2):
        if row["unit"] not in units:
            raise unsound(f"phones, row {number}: there is no such unit", f"फ़ोन, पंक्ति {number}: ऐसी कोई इकाई नहीं है")
        phone = Phone(row["number"], row.get("label") or None, row["verified_on"] or None)
        book.setdefault(row["unit"], []).append(phone)
    return book


def _helpline(row: Row) -> Helpline:
    return Helpline(
        row["id"], Bilingual(en=row["name_en"], hi=row["name_hi"]), row["number"], row.get("hours") or None,
        row["verified_on"] or None, row.get("expires_on") or None,
    )  # fmt: skip


def units_table(directory: Directory) -> str:
    """All units, in the form `read` takes."""
    return _written((*UNITS, *PLACES), (_unit_cells(unit) for unit in directory.units))


def _unit_cells(unit: Unit) -> list[str]:
    point = unit.point or {}
    covers = "" if unit.covers is None else json.dumps(unit.covers, ensure_ascii=False, separators=(",", ":"))
    return [
        unit.id, unit.kind, unit.name.en, unit.name.hi, unit.parent or "", unit.watch,
        str(point.get("lat", "")), str(point.get("lon", "")), covers,
    ]  # fmt: skip


def phones_table(directory: Directory) -> str:
    """All phones of units."""
    rows = (
        [unit.id, phone.label or "", phone.number, phone.verified_on or ""]
        for unit in directory.units
        for phone in unit.phones
    )
    return _written(PHONES, rows)


def helplines_table(directory: Directory) -> str:
    """All helplines."""
    rows = (
        [line.id, line.name.en, line.name.hi, line.number, line.hours or "", line.verified_on or "",
         line.expires_on or ""]
        for line in directory.helplines
    )  # fmt: skip
    return _written(HELPLINES, rows)


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
