"""A directory in the words of another hub: every entry that can be read is there, and a bad one costs only itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kotaconsole.domain.directory import Helpline, Phone, Unit
from kotaconsole.domain.errors import Bilingual, ContractBreach
from kotaconsole.wire.directories import Handed, read_directory

pytestmark = pytest.mark.unit

PHONE = {"label": "desk", "number": "+91 00000 00041", "verified_on": "2026-11-01"}
UNIT = {"id": "kunhadi", "kind": "station", "name": {"en": "Kunhadi", "hi": "कुन्हाड़ी"}, "parent": "kota-city",
        "watch": "never", "phones": [PHONE]}  # fmt: skip
LINE = {"id": "l1", "name": {"en": "Line", "hi": "लाइन"}, "number": "00041", "hours": "24 h", "verified_on": None}


def read(*units: Any, lines: Any = (), **changes: Any) -> Handed:
    body = {"revision": "r", "intake_unit": "kota-city", "units": list(units), "helplines": list(lines), **changes}
    return read_directory(json.dumps(body).encode(), '"1"')


def the_unit(**changes: Any) -> Unit:
    handed = read({**UNIT, **changes})
    assert handed.left_out == 0
    (unit,) = handed.directory.units
    return unit


def test_a_directory_of_the_contract_is_read_whole() -> None:
    handed = read(UNIT, lines=[LINE])
    assert (handed.etag, handed.left_out) == ('"1"', 0)
    assert handed.directory.unit("kunhadi") == Unit(
        "kunhadi", "station", Bilingual("Kunhadi", "कुन्हाड़ी"), "kota-city", "never",
        (Phone("+91 00000 00041", "desk", "2026-11-01"),),
    )  # fmt: skip
    assert handed.directory.helplines == (Helpline("l1", Bilingual("Line", "लाइन"), "00041", "24 h"),)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ({"en": "Kunhadi", "hi": None}, Bilingual("Kunhadi", "Kunhadi")),
        ({"en": "Kunhadi"}, Bilingual("Kunhadi", "Kunhadi")),
        ({"en": "Kunhadi", "hi": " "}, Bilingual("Kunhadi", "Kunhadi")),
        ({"hi": "कुन्हाड़ी"}, Bilingual("कुन्हाड़ी", "कुन्हाड़ी")),
        ("Kunhadi", Bilingual("Kunhadi", "Kunhadi")),
    ],
)
def test_a_name_in_one_language_is_shown_in_both(name: Any, shown: Bilingual) -> None:
    assert the_unit(name=name).name == shown
    assert read(UNIT, lines=[{**LINE, "name": name}]).directory.helplines[0].name == shown


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"en": "day and night", "hi": "दिन-रात"}, "दिन-रात / day and night"),
        ({"en": "24 h", "hi": "24 h"}, "24 h"),
        ({"en": "24 h"}, "24 h"),
        ({"en": None, "hi": None}, None),
        ("24 h", "24 h"),
        (None, None),
    ],
)
def test_hours_and_labels_may_be_in_two_languages(said: Any, kept: str | None) -> None:
    handed = read({**UNIT, "phones": [{**PHONE, "label": said}]}, lines=[{**LINE, "hours": said}])
    assert handed.left_out == 0
    assert handed.directory.helplines[0].hours == kept
    assert handed.directory.units[0].phones[0].label == kept


def test_what_cannot_be_read_costs_only_itself() -> None:
    handed = read(
        "a unit", {**UNIT, "id": 7}, {**UNIT, "id": "no-name", "name": {}}, {**UNIT, "name": {"en": "half \ud800"}},
        {**UNIT, "phones": [PHONE, {"label": "no number"}, 5]}, {**UNIT, "id": "sangod", "phones": "none"},
        lines=[{**LINE, "number": 181}, LINE],
    )  # fmt: skip
    assert [unit.id for unit in handed.directory.units] == ["kunhadi", "sangod"]
    assert [len(unit.phones) for unit in handed.directory.units] == [1, 0]
    assert [line.id for line in handed.directory.helplines] == ["l1"]
    assert handed.left_out == 4 + 2 + 1 + 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>", b"[]", b'{"units": []}', b'{"revision": 1, "intake_unit": "k", "units": {}}', b'["\\ud800"',
        b'{"revision": 1, "intake_unit": "k", "units": [{"id": "kunhadi"}]}',
    ],
)  # fmt: skip
def test_a_directory_that_cannot_be_used_is_refused(body: bytes) -> None:
    with pytest.raises(ContractBreach):
        read_directory(body)


def test_an_empty_one_is_a_directory_too() -> None:
    assert read(helplines=None).directory.units == ()
