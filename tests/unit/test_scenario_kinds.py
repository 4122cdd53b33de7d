"""The scenario of one night: every language, every kind of flag and every trouble is in it."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.unit.scenario import (
    MOMENT,
    PLATFORMS,
    SIGNALS,
    UNKNOWN_ON_PURPOSE,
    Line,
    account,
    bodies,
    minor,
    minutes,
    parses,
    places,
    puts,
    sent,
    strings,
    subject,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("language", ["hi", "hi-Latn", "en"])
def test_languages(language: str) -> None:
    found = [body for _, body in bodies() if body.get("language") == language]
    assert len(found) >= 8
    devanagari = sum(bool(re.search(r"[\u0900-\u097f]", str(body["excerpt"]))) for body in found)
    assert devanagari >= len(found) - 3 if language == "hi" else devanagari <= 1


KINDS: dict[str, Callable[[Line, Line], bool]] = {
    "a minor by the account": lambda line, body: account(body).get("age_band") == "under_18",
    "a minor by age, an adult by the account": lambda line, body: (
        minor(body) and account(body).get("age_band") in ("18_24", "25_plus")
    ),
    "age unknown": lambda line, body: account(body).get("age_band") == "unknown" and "age" not in subject(body),
    "jhunjhunu": lambda line, body: subject(body).get("home_district") == "jhunjhunu",
    "sikar": lambda line, body: "सीकर" in places(body),
    "sangod, Kota Rural": lambda line, body: "सांगोद" in places(body),
    "another Kota Rural station": lambda line, body: "इटावा" in places(body) or "मंडाना" in places(body),
    "a Kota in another state": lambda line, body: "छत्तीसगढ़" in places(body),
    "railway police at Ajmer": lambda line, body: "जीआरपी अजमेर" in places(body),
    "railway police at Jodhpur": lambda line, body: "जीआरपी जोधपुर" in places(body),
    "the holder is not at risk": lambda line, body: account(body).get("holder_is_subject") == "no",
    "who is at risk is unknown": lambda line, body: account(body).get("holder_is_subject") == "unknown",
    "no location": lambda line, body: bool(account(body)) and not body.get("locations"),
    "a stale location": lambda line, body: any(
        MOMENT.fullmatch(str(place.get("observed_at"))) and minutes(place["observed_at"]) > 15
        for place in body.get("locations", [])
    ),
    "a location of unknown time": lambda line, body: any("observed_at" not in p for p in body.get("locations", [])),
    "a prank": lambda line, body: "prank" in line["note"],
    "family may harm": lambda line, body: subject(body).get("family_may_harm") == "yes",
    "nothing stated": lambda line, body: body.get("signals") == [] and "urgency" not in body,
    "no text at all": lambda line, body: "excerpt" not in body,
    "live": lambda line, body: body.get("kind") == "live",
    "bidi characters": lambda line, body: any("\u202e" in text for text in strings(body)),
    "control characters": lambda line, body: any("\x00" in text and "\x1b" in text for text in strings(body)),
    "HTML": lambda line, body: any("<script>" in text for text in strings(body)),
    "a spreadsheet formula": lambda line, body: any(text.startswith("=") for text in strings(body)),
    "20 kB of text": lambda line, body: len(str(body.get("excerpt", "")).encode()) >= 20_000,
    "a name over the bound": lambda line, body: len(str(account(body).get("display_name", ""))) > 300,
    "a hostel name of 200": lambda line, body: len(subject(body).get("hostel", "")) == 200,
    "more phones than are kept": lambda line, body: len(account(body).get("phones", [])) > 20,
    "unknown platform": lambda line, body: line["platform"] not in PLATFORMS,
    "unknown signal": lambda line, body: (
        bool(set(body.get("signals", [])) - SIGNALS) and isinstance(body["signals"], list)
    ),
    "signals of a wrong type": lambda line, body: isinstance(body.get("signals"), str),
    "unknown urgency": lambda line, body: body.get("urgency") not in (None, "imminent", "high"),
    "unknown kind": lambda line, body: body.get("kind") == "hologram",
    "unknown age band": lambda line, body: (
        account(body).get("age_band") not in (None, "under_18", "18_24", "25_plus", "unknown")
    ),
    "wrong types in account": lambda line, body: isinstance(account(body).get("phones", []), str),
    "wrong types elsewhere": lambda line, body: isinstance(body.get("excerpt"), int),
    "impossible coordinates": lambda line, body: any(place.get("lat") == 999 for place in body.get("locations", [])),
    "impossible times": lambda line, body: body.get("posted_at") == "2026-13-45T27:99:00Z",
    "an unknown member": lambda line, body: bool(set(body) & UNKNOWN_ON_PURPOSE),
    "no account": lambda line, body: "account" not in body and bool(body.get("signals")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kind_of_flag_is_present(kind: str) -> None:
    assert [line["reference"] for line, body in bodies() if KINDS[kind](line, body)]


def test_every_signal_and_both_urgencies_occur() -> None:
    found = {
        signal for _, body in bodies() for signal in body.get("signals", []) if isinstance(body.get("signals"), list)
    }
    assert found >= SIGNALS
    assert {body.get("urgency") for _, body in bodies()} >= {"imminent", "high", None}


def test_repeats_on_one_account() -> None:
    flags: dict[str, set[str]] = {}
    for line, body in bodies():
        ident = account(body).get("platform_account_id")
        if isinstance(ident, str):
            flags.setdefault(f"{line['platform']}:{ident}", set()).add(line["reference"])
    assert max(len(references) for references in flags.values()) >= 3
    urls = [
        str(account(body)["url"])
        for _, body in bodies()
        if "platform_account_id" not in account(body) and "url" in account(body)
    ]
    folded = Counter(re.sub(r"^https?://(www\.|m\.)?|[?#].*$|/$", "", re.sub(r"[?#].*$", "", url)) for url in urls)
    assert max(folded.values()) >= 2, "one repeat can only be joined by its folded address"


def test_one_phone_on_two_accounts() -> None:
    owners: dict[str, set[str]] = {}
    for _, body in bodies():
        for phone in account(body).get("phones", []):
            owners.setdefault(phone, set()).add(str(account(body).get("platform_account_id")))
    assert max(len(ids) for ids in owners.values()) == 2


def test_broken_records_are_broken_each_in_its_own_way() -> None:
    ways: dict[str, str] = {}
    for line in puts():
        if "body" in line:
            continue
        body = sent(line)
        try:
            found = parses(body)
        except UnicodeDecodeError:
            ways["not UTF-8"] = line["reference"]
        except RecursionError:
            ways["too deep"] = line["reference"]
        except ValueError as error:
            way = (
                "empty"
                if body == b""
                else "NaN"
                if str(error) == "NaN"
                else "deep"
                if body.startswith(b"[[[")
                else None
            )
            ways[way or ("truncated" if body.startswith(b"{") else "no JSON")] = line["reference"]
        else:
            way = "surrogate" if rb"\ud83d" in body else "huge" if b"1e999" in body else "no object"
            assert (way == "no object") == (not isinstance(found, dict))
            ways[way] = line["reference"]
    depth = ways.pop("deep", None) or ways.pop("too deep", None)
    assert depth is not None
    assert set(ways) == {"not UTF-8", "empty", "NaN", "truncated", "no JSON", "surrogate", "huge", "no object"}
    with pytest.raises(binascii.Error):
        base64.b64decode("?", validate=True)
