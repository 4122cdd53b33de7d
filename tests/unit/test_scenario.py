"""The scenario of one night: enough of it, every trouble in it, and nobody in it who could be reached."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "resources" / "scenarios" / "kota-night.jsonl"

LINE_KEYS = {"after", "do", "platform", "reference", "note"}
BODY_KEYS = {
    "flagged_at", "posted_at", "kind", "excerpt", "language", "url", "urgency", "signals", "reviewer_note",
    "callback_ref", "account", "subject", "locations",
}  # fmt: skip
ACCOUNT_KEYS = {
    "platform_account_id", "display_name", "handle", "url", "phones", "emails", "age_band", "holder_is_subject",
}  # fmt: skip
SUBJECT_KEYS = {
    "name", "age", "sex", "language", "phone", "guardian_name", "guardian_phone", "institute", "hostel", "room",
    "warden", "home_district", "hazards", "alone", "family_may_harm",
}  # fmt: skip
LOCATION_KEYS = {"kind", "text", "pincode", "lat", "lon", "radius_m", "observed_at", "source"}
UNKNOWN_ON_PURPOSE = {"x_internal_batch"}

PLATFORMS = {"facebook", "instagram", "threads", "whatsapp", "other"}
SIGNALS = {
    "live_now", "act_in_progress", "injury_stated", "means_in_hand", "time_stated", "dangerous_place", "plan",
    "farewell", "method_named", "recent_attempt",
}  # fmt: skip
MOMENT = re.compile(r"@-PT(\d+)(S|M|H)")
UNDIALLABLE = re.compile(r"\+91 00000 \d{5}")

Line = dict[str, Any]


@cache
def _text() -> str:
    return SCENARIO.read_bytes().decode("utf-8")


def lines() -> list[Line]:
    return [json.loads(line) for line in _text().removesuffix("\n").split("\n")]


def puts() -> list[Line]:
    return [line for line in lines() if line["do"] == "put"]


def bodies() -> list[tuple[Line, Line]]:
    return [(line, line["body"]) for line in puts() if "body" in line]


def key(line: Line) -> tuple[str, str]:
    return (line["platform"], line["reference"])


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def sent(line: Line) -> bytes:
    """The bytes of a body that is sent as it stands."""
    return base64.b64decode(line["raw_base64"], validate=True) if "raw_base64" in line else line["raw"].encode()


def minutes(moment: str) -> float:
    found = MOMENT.fullmatch(moment)
    assert found is not None, moment
    return int(found[1]) * {"S": 1 / 60, "M": 1, "H": 60}[found[2]]


def account(body: Line) -> Line:
    found = body.get("account")
    return found if isinstance(found, dict) else {}


def subject(body: Line) -> Line:
    return body.get("subject") or {}


def places(body: Line) -> str:
    return " ".join(str(place.get("text", "")) for place in body.get("locations", []))


def minor(body: Line) -> bool:
    age = subject(body).get("age")
    return account(body).get("age_band") == "under_18" or (isinstance(age, int) and age < 18)


def parses(body: bytes) -> Any:
    """The document as a strict reader finds it; raises ValueError or RecursionError where it is none."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    return json.loads(body.decode("utf-8"), parse_constant=refuse)


def test_each_line_is_one_document_an_editor_shows_as_it_is() -> None:
    raw = SCENARIO.read_bytes()
    assert raw.endswith(b"\n")
    assert b"\r" not in raw
    hidden = {
        c for c in _text() if c not in "\n\u200d" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    }
    assert hidden == set(), "bidi and control characters stand as escapes"
    assert _text() == unicodedata.normalize("NFC", _text())
    for line in lines():
        assert isinstance(line, dict)


def test_lines_hold_what_the_loader_knows_and_nothing_else() -> None:
    for line in lines():
        kind = {"put": [{"body"}, {"raw"}, {"raw_base64"}], "delete": [{"reason"}]}[line["do"]]
        assert set(line) - LINE_KEYS in kind, line["note"]
        assert line["note"], "a reader is told what the line shows"
        assert re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", line["reference"])
        if "raw_base64" in line:
            sent(line)


def test_bodies_have_no_member_the_contract_does_not_know() -> None:
    for line, body in bodies():
        assert set(body) - BODY_KEYS <= UNKNOWN_ON_PURPOSE, line["note"]
        assert set(account(body)) <= ACCOUNT_KEYS, line["note"]
        assert set(subject(body)) <= SUBJECT_KEYS, line["note"]
        for place in body.get("locations", []):
            assert set(place) <= LOCATION_KEYS, line["note"]


def test_every_member_of_the_contract_is_used_somewhere() -> None:
    def used(pick: Callable[[Line], list[Line]]) -> set[str]:
        return {
            name
            for _, body in bodies()
            for part in pick(body)
            for name, value in part.items()
            if value not in (None, [])
        }

    assert used(lambda body: [body]) == BODY_KEYS | UNKNOWN_ON_PURPOSE
    assert used(lambda body: [account(body)]) == ACCOUNT_KEYS
    assert used(lambda body: [subject(body)]) == SUBJECT_KEYS
    assert used(lambda body: body.get("locations", [])) == LOCATION_KEYS


def test_at_least_sixty_distinct_flags_over_a_calm_night() -> None:
    assert len({key(line) for line in puts()}) >= 60
    times = [line["after"] for line in lines()]
    assert times == sorted(times)
    assert times[0] == 2
    assert 20 * 60 <= times[-1] <= 35 * 60
    gaps = [late - early for early, late in pairwise(times) if early > 45]
    assert min(gaps) >= 10, "after the first minute a person can follow"


def test_the_first_forty_seconds_show_the_main_stories() -> None:
    early = [line for line in lines() if line["after"] <= 40]
    assert len(early) >= 25
    first = early[0]["body"]
    assert first["urgency"] == "imminent"
    assert first["language"] == "hi"
    assert minor(first)
    assert "delete" in {line["do"] for line in early}
    assert any("raw" in line for line in early)
    flagged = [key(line) for line in early if line["do"] == "put"]
    assert len(flagged) > len(set(flagged)), "an update of an earlier flag"
    ids = [account(line["body"]).get("platform_account_id") for line in early if "body" in line]
    assert max(Counter(ident for ident in ids if isinstance(ident, str)).values()) > 1, "a repeat on one account"


def test_a_delete_follows_its_flag_and_one_flag_comes_back() -> None:
    known: set[tuple[str, str]] = set()
    withdrawn: set[tuple[str, str]] = set()
    back = set()
    for line in lines():
        if line["do"] == "put":
            known.add(key(line))
            back |= {key(line)} & withdrawn
        else:
            assert line["reason"] in ("error", "resolved", "duplicate", "other")
            assert key(line) in known
            withdrawn.add(key(line))
    assert len(withdrawn) >= 2
    assert back


def test_updates_add_and_one_of_them_raises_the_level() -> None:
    latest: dict[tuple[str, str], Line] = {}
    raised, same = 0, 0
    for line, body in bodies():
        before = latest.get(key(line))
        if before is not None:
            assert set(before["signals"]) <= set(body["signals"])
            same += body == before
            raised += "time_stated" in body["signals"] and "time_stated" not in before["signals"]
        latest[key(line)] = body
    assert raised >= 1
    assert same >= 1


def test_the_same_body_again_has_the_same_bytes() -> None:
    """A moment in it would be another one at each sending, and the hub would see a changed flag."""
    seen: dict[tuple[str, str], Line] = {}
    for line, body in bodies():
        if seen.get(key(line)) == body:
            assert not any(MOMENT.fullmatch(text) for text in strings(body)), line["note"]
        seen[key(line)] = body


def test_nobody_can_be_reached() -> None:
    """A national number that begins with 0 does not exist; example.invalid can never be registered."""
    for line in lines():
        text = json.dumps(line, ensure_ascii=False)
        for _, body in [(line, line["body"])] if "body" in line else []:
            phones = account(body).get("phones", [])
            told = [subject(body).get("phone"), subject(body).get("guardian_phone")]
            for phone in [*(phones if isinstance(phones, list) else []), *(one for one in told if one)]:
                assert UNDIALLABLE.fullmatch(phone), line["note"]
        left = UNDIALLABLE.sub("", text)
        assert not re.search(r"\+\d[\d ]{5,}|(?<![\d.])[6-9]\d{9}(?!\d)", left), line["note"]
        hosts = re.findall(r"https?://([^/\"\\ ]+)", text) + re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]+)", text)
        assert [host for host in hosts if not f".{host}".endswith(".example.invalid")] == []


def test_moments_are_relative_to_the_sending() -> None:
    for line, body in bodies():
        told = [
            body.get("posted_at"),
            body.get("flagged_at"),
            *(p.get("observed_at") for p in body.get("locations", [])),
        ]
        for moment in told:
            if moment is None or "cannot be" in line["note"] or "wrong types" in line["note"]:
                continue
            minutes(moment)
        for text in strings(body):
            assert not text.startswith("@-") or MOMENT.fullmatch(text), text


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


def test_no_line_names_how() -> None:
    """No detail of any method stands in a shipped file: it would be read on training days."""
    words = re.compile(
        r"\b(pills?|poison|rope|noose|hang(ing|ed)?|knife|blade|overdose|gun|zeher|zahar|fansi|phansi|rassi|goli)\b"
        r"|ज़?हर\s?खा|फांसी|फाँसी|फंदा|रस्सी|चाकू|ब्लेड|गोलियां|गोलियाँ|पंखे",
        re.IGNORECASE,
    )
    assert [line["reference"] for line in lines() if words.search(json.dumps(line, ensure_ascii=False))] == []
