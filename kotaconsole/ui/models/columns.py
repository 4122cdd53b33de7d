"""What each column of the list says, in words: for the delegate, for screen readers and for tooltips."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import QCoreApplication

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Language
from kotaconsole.domain.listing import CaseRow
from kotaconsole.ui import text, words
from kotaconsole.ui.i18n import QT_TRANSLATE_NOOP


class Column(IntEnum):
    """The columns from left to right."""

    LEVEL = 0
    NUMBER = 1
    AGE = 2
    WHO = 3
    WHERE = 4
    REACH = 5
    STATE = 6
    HOLDER = 7
    FLAGS = 8
    PLATFORM = 9
    SYNC = 10


HEADERS: Final = {
    Column.LEVEL: QT_TRANSLATE_NOOP("Columns", "Level"),
    Column.NUMBER: QT_TRANSLATE_NOOP("Columns", "Case"),
    Column.AGE: QT_TRANSLATE_NOOP("Columns", "Age"),
    Column.WHO: QT_TRANSLATE_NOOP("Columns", "Person"),
    Column.WHERE: QT_TRANSLATE_NOOP("Columns", "Place"),
    Column.REACH: QT_TRANSLATE_NOOP("Columns", "Location"),
    Column.STATE: QT_TRANSLATE_NOOP("Columns", "State"),
    Column.HOLDER: QT_TRANSLATE_NOOP("Columns", "With"),
    Column.FLAGS: QT_TRANSLATE_NOOP("Columns", "Flags"),
    Column.PLATFORM: QT_TRANSLATE_NOOP("Columns", "From"),
    Column.SYNC: QT_TRANSLATE_NOOP("Columns", "Sent"),
}
CHIP: Final = {
    "minor": QT_TRANSLATE_NOOP("Columns", "minor"),
    "age_unknown": QT_TRANSLATE_NOOP("Columns", "age unknown"),
    "other_person": QT_TRANSLATE_NOOP("Columns", "holder is another person"),
    "repeat": QT_TRANSLATE_NOOP("Columns", "repeat"),
    "away": QT_TRANSLATE_NOOP("Columns", "not at the hub now"),
    "withdrawn": QT_TRANSLATE_NOOP("Columns", "withdrawn"),
    "training": QT_TRANSLATE_NOOP("Columns", "training"),
}
_UNKNOWN: Final = QT_TRANSLATE_NOOP("Columns", "Unknown")
_STALE: Final = QT_TRANSLATE_NOOP("Columns", "%1, stale")
_PENDING: Final = QT_TRANSLATE_NOOP("Columns", "not yet at the hub: %1")
_REFUSED: Final = QT_TRANSLATE_NOOP("Columns", "refused: %1")
_AT_HUB: Final = QT_TRANSLATE_NOOP("Columns", "at the hub")
_RINGING: Final = QT_TRANSLATE_NOOP("Columns", "%1, alarm not acknowledged")


def say(source: str) -> str:
    """A word of the list in the language in force."""
    return QCoreApplication.translate("Columns", source)


def header(column: Column) -> str:
    """A column's heading."""
    return say(HEADERS[column])


def chips(row: CaseRow, *, training_hub: bool = False) -> tuple[str, ...]:
    """The modifiers of a row, as words; never points. Where everything is training, the banner says so once."""
    found = ["away"] if row.away else []
    if row.training and not training_hub:
        found.append("training")
    if row.minor == "yes":
        found.append("minor")
    elif row.minor == "unknown":
        found.append("age_unknown")
    if row.holder_is_subject == "no":
        found.append("other_person")
    if row.repeat:
        found.append("repeat")
    if row.withdrawn:
        found.append("withdrawn")
    return tuple(say(CHIP[chip]) for chip in found)


def who(row: CaseRow) -> str:
    """The masked name, or unknown."""
    return text.mask(text.display(row.who)) or say(_UNKNOWN) if row.who else say(_UNKNOWN)


def where(row: CaseRow) -> str:
    """The best place, or unknown."""
    return text.display(row.where) if row.where else say(_UNKNOWN)


def state(row: CaseRow) -> str:
    """The state in words; what a hub refuses to explain is said too."""
    if row.unreadable and row.ringing:
        return words.word(words.STATE, "unreadable")
    if row.incoming:
        return words.word(words.STATE, "incoming")
    if row.transfer_to is not None:
        return words.word(words.STATE, "forwarded")
    return words.word(words.STATE, row.state)


def reach(row: CaseRow) -> str:
    """Whether somebody can be sent."""
    return words.word(words.REACH, row.reach)


def platform(row: CaseRow) -> str:
    """Two letters of the platform."""
    if row.platform is None:
        return "—"
    return words.PLATFORM_SHORT.get(row.platform, text.display(row.platform)[:2].upper())


def sync(row: CaseRow) -> str:
    """Whether everything entered here has reached the hub."""
    if row.refused:
        return say(_REFUSED).replace("%1", str(row.refused))
    if row.pending:
        return say(_PENDING).replace("%1", str(row.pending))
    return say(_AT_HUB)


def shown(row: CaseRow, column: Column, now: Instant, language: Language) -> str:
    """A cell as it is read on the screen."""
    match column:
        case Column.LEVEL:
            return row.level
        case Column.NUMBER:
            return text.short_number(row.number)
        case Column.AGE:
            return text.age(now.seconds_since(row.since), language)
        case Column.HOLDER:
            return text.display(row.holder) if row.holder else "—"
        case Column.FLAGS:
            return str(row.flags)
    return {
        Column.WHO: who, Column.WHERE: where, Column.REACH: reach, Column.STATE: state,
        Column.PLATFORM: platform, Column.SYNC: sync,
    }[column](row)  # fmt: skip


def spoken(row: CaseRow, column: Column, now: Instant, language: Language, *, training_hub: bool = False) -> str:
    """A cell as it is read aloud: whole words in place of signs, the bare number of flags."""
    if column is Column.LEVEL:
        return f"{row.level} {words.word(words.LEVEL, row.level)}"
    if column is Column.NUMBER:
        return text.display(row.number or row.key)
    if column is Column.WHO:
        return ", ".join((who(row), *chips(row, training_hub=training_hub)))
    if column is Column.STATE and row.ringing:
        return say(_RINGING).replace("%1", state(row))
    if column is Column.REACH and row.stale_place:
        return say(_STALE).replace("%1", reach(row))
    if column is Column.PLATFORM:
        return words.word(words.PLATFORM, row.platform)
    return shown(row, column, now, language)
