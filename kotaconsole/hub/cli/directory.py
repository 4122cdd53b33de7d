"""`hub directory ...`: units, their phones and the helplines, as tables."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kotaconsole.hub.cli.shared import Opened, existing, fail, noted, opened, plain, say, shared_options, table

if TYPE_CHECKING:
    from kotaconsole.domain.directory import Directory, Unit
    from kotaconsole.hub.site.changes import Changes

MOST_LISTED: Final = 40
"""New and changed units that are named one by one, a screenful; of those that go or move, every one is."""

_COLUMNS = """units.csv: id, kind (state range district commissionerate grp station), name_en, name_hi, parent,
watch (always while_holding never); optional: lat, lon, covers (JSON). phones.csv: unit, label, number, verified_on.
helplines.csv: id, name_en, name_hi, number, hours, verified_on, expires_on. Days are written 2026-11-23; a number
without the day on which somebody verified it is refused, and expires_on has to lie after it. What a table does not say
stays as it is; but units.csv names all units: one that is not in it goes, and is named. A unit goes only when nobody is
posted there and no open case and no transfer needs it. Look first with --dry-run."""


def add_commands(commands: Any) -> None:
    """Add `directory`."""
    group = commands.add_parser("directory", help="निर्देशिका / the directory")
    words = group.add_subparsers(required=True, metavar="COMMAND")
    take = words.add_parser("import", help="तालिकाओं से लें / take over from tables", description=_COLUMNS)
    take.add_argument("--units", type=Path, required=True, metavar="units.csv")
    take.add_argument("--phones", type=Path, metavar="phones.csv")
    take.add_argument("--helplines", type=Path, metavar="helplines.csv")
    take.add_argument("--intake", metavar="UNIT", help="जहाँ नए प्रकरण शुरू होते हैं / the unit at which new cases begin")
    take.add_argument(
        "--dry-run", action="store_true",
        help="केवल बताएँ कि क्या बदलेगा / only tell what would change, and change nothing",
    )  # fmt: skip
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
    from kotaconsole.hub.site.changes import between
    from kotaconsole.hub.site.records import store_directory, weigh

    existing(asked)
    units = sheets.read(asked.units, sheets.UNITS)
    phones = None if asked.phones is None else sheets.read(asked.phones, sheets.PHONES)
    helplines = None if asked.helplines is None else sheets.read(asked.helplines, sheets.HELPLINES)
    with opened(asked) as hub:
        made = sheets.merged(hub.directory, units, phones, helplines, asked.intake or hub.directory.intake_unit)
        changes = between(hub.directory, made)
        if asked.dry_run:
            with hub.database.reader.begin() as connection:
                weigh(connection, made)
        else:
            made = store_directory(hub.database.writer, hub.now, made)
        _tell_changes(changes)
        _tell_left(hub, changes.dropped)
        _tell_expired(hub, made)
    for path, rows, columns in (
        (asked.units, units, (*sheets.UNITS, *sheets.PLACES)), (asked.phones, phones, sheets.PHONES),
        (asked.helplines, helplines, sheets.HELPLINES),
    ):  # fmt: skip
        _tell_unused(path, sheets.unused(rows or (), columns))
    _tell_done(made, dry_run=asked.dry_run)
    return 0


def _tell_done(made: Directory, *, dry_run: bool) -> None:
    phones, lines = sum(len(unit.phones) for unit in made.units), len(made.helplines)
    if dry_run:
        say(f"It could be taken over: {len(made.units)} units, {phones} phones, {lines} helplines. Nothing was changed:"
            " this was a look (--dry-run).",
            f"इसे लिया जा सकता है: {len(made.units)} इकाइयाँ, {phones} फ़ोन, {lines} हेल्पलाइन। कुछ भी बदला नहीं गया:"
            " यह केवल देखना था (--dry-run)।")  # fmt: skip
        return
    say(f"The directory was taken over as revision {made.revision}: {len(made.units)} units, {phones} phones,"
        f" {lines} helplines. A running hub hands it out within seconds; consoles whose unit has others below it now"
        " take their list anew by themselves.",
        f"निर्देशिका संशोधन {made.revision} के रूप में ली गई: {len(made.units)} इकाइयाँ, {phones} फ़ोन,"
        f" {lines} हेल्पलाइन। चलता हुआ हब कुछ सेकंड में इसे देने लगता है; जिनकी इकाई के नीचे अब दूसरी इकाइयाँ हैं वे कंसोल"
        " अपनी सूची अपने आप नए सिरे से लेते हैं।")  # fmt: skip


def _tell_changes(changes: Changes) -> None:
    if changes.nothing:
        say("It says what the directory says already.", "इसमें वही है जो निर्देशिका में पहले से है।")
        return
    if changes.intake:
        was, now = changes.intake
        say(f"New cases begin at another unit: {was} -> {now}", f"नए प्रकरण दूसरी इकाई पर शुरू होते हैं: {was} -> {now}")
    for en, hi, rows, listed in (
        ("Units that go", "जो इकाइयाँ हटती हैं", [_row(unit) for unit in changes.dropped], None),
        ("Units that stand below another one", "जो इकाइयाँ किसी और के नीचे आती हैं",
         [_row(one.unit, f"{one.was or '-'} -> {one.unit.parent or '-'}") for one in changes.moved], None),
        ("New units", "नई इकाइयाँ", [_row(unit, f"< {unit.parent or '-'}") for unit in changes.new], MOST_LISTED),
        ("Units that are told otherwise", "जिन इकाइयों की जानकारी बदलती है",
         [_row(one.unit, ", ".join(one.told)) for one in changes.changed], MOST_LISTED),
    ):  # fmt: skip
        _tell_rows(en, hi, rows, listed)
    for en, hi, lines in (
        ("Helplines that go", "जो हेल्पलाइनें हटती हैं", changes.lines_dropped),
        ("New helplines", "नई हेल्पलाइनें", changes.lines_new),
        ("Helplines that are told otherwise", "जिन हेल्पलाइनों की जानकारी बदलती है", changes.lines_changed),
    ):
        if lines:
            say(f"{en}: {len(lines)}: {', '.join(lines)}", f"{hi}: {len(lines)}: {', '.join(lines)}")


def _row(unit: Unit, told: str = "") -> tuple[str, str, str]:
    return f"  {unit.id}", told, plain(f"{unit.name.hi} / {unit.name.en}")


def _tell_rows(en: str, hi: str, rows: Sequence[tuple[str, str, str]], listed: int | None) -> None:
    if not rows:
        return
    say(f"{en}: {len(rows)}", f"{hi}: {len(rows)}")
    shown = rows[:listed]
    table(shown[0], shown[1:])
    if len(shown) < len(rows):
        more = len(rows) - len(shown)
        say(f"  and {more} more", f"  और {more}")


def _tell_left(hub: Opened, dropped: Sequence[Unit]) -> None:
    from kotaconsole.hub.site.checks import left_behind

    with hub.database.reader.begin() as connection:
        left = left_behind(connection, [unit.id for unit in dropped])
    for one in left:
        if one.closed:
            say(f"At {one.unit}, which goes, there are {one.closed} closed cases. Nothing of them is lost: from now on"
                " the intake unit and those above it see them.",
                f"हटने वाली इकाई {one.unit} पर {one.closed} बंद प्रकरण हैं। उनका कुछ भी नष्ट नहीं होता: अब से प्रवेश इकाई और"
                " उससे ऊपर की इकाइयाँ उन्हें देखती हैं।")  # fmt: skip
        if one.shut_out:
            say(f"At {one.unit}, which goes, {one.shut_out} people are posted who are shut out. Before you let one of"
                " them in again, move them with 'kotaconsole hub user move'.",
                f"हटने वाली इकाई {one.unit} पर {one.shut_out} ऐसे लोग तैनात हैं जो बाहर किए हुए हैं। किसी को फिर आने देने से पहले"
                " 'kotaconsole hub user move' से स्थानांतरित करें।")  # fmt: skip


def _tell_expired(hub: Opened, made: Directory) -> None:
    from kotaconsole.hub.site.checks import expired

    over = expired(made, hub.now.ist().date())
    if over:
        named = ", ".join(over)
        say(f"WARNING: the last day (expires_on) of these helplines has passed: {named}. No slip prints them any more."
            " Verify the number and enter both days anew, or take the line out of the table.",
            f"चेतावनी: इन हेल्पलाइनों का अंतिम दिन (expires_on) बीत चुका है: {named}। अब किसी पर्ची पर ये नहीं छपतीं। नंबर जाँचकर"
            " दोनों दिन फिर से लिखें, या पंक्ति तालिका से हटा दें।")  # fmt: skip


def _tell_unused(path: Path, columns: Sequence[str]) -> None:
    if columns:
        named = ", ".join(columns)
        say(f"{path.name}: these columns are not used: {named}", f"{path.name}: ये स्तंभ काम में नहीं आते: {named}")


def _export(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site import sheets

    existing(asked)
    with opened(asked) as hub:
        known = hub.directory
    tables = [
        (path, written)
        for path, written in (
            (asked.units, sheets.units_table), (asked.phones, sheets.phones_table),
            (asked.helplines, sheets.helplines_table),
        )
        if path is not None
    ]  # fmt: skip
    for path, _ in tables:
        if not path.parent.is_dir():
            raise fail(
                "hub-export",
                f"There is no folder {path.parent}. Nothing was written; the directory in the hub is as it was. Make"
                " the folder, or name another.",
                f"{path.parent} नाम का कोई फ़ोल्डर नहीं है। कुछ भी लिखा नहीं गया; हब में निर्देशिका वैसी ही है। फ़ोल्डर बनाएँ,"
                " या दूसरा बताएँ।",
            )
    with opened(asked) as hub:
        noted(hub, "directory exported")
    for path, written in tables:
        try:
            path.write_text(written(known), encoding="utf-8")
        except OSError as error:
            why = type(error).__name__
            raise fail(
                "hub-export",
                f"{path} could not be written ({why}). The directory in the hub is as it was. Check that this user may"
                " write there and that the disk is not full, then export again.",
                f"{path} लिखी नहीं जा सकी ({why})। हब में निर्देशिका वैसी ही है। जाँचें कि यह उपयोगकर्ता वहाँ लिख सकता है और डिस्क"
                " भरी नहीं है, फिर दोबारा निर्यात करें।",
            ) from None
    say(f"The directory was written: {len(known.units)} units.", f"निर्देशिका लिख दी गई: {len(known.units)} इकाइयाँ।")
    return 0
