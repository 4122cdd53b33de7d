"""Finding cases again, closed ones too: by what people say on the telephone, and only within one's own scope."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import insert, update

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.cases import search
from kotaconsole.hub.cases.search import words_of
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.tables import pruned, referrals
from tests.hub.administering import administer, audited
from tests.hub.client import NOW, Got, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.people import body as flag_body


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    hub = TestHub(tmp_path_factory.mktemp("search")).start()
    yield hub
    hub.stop()


@pytest.fixture(scope="module")
def asha(live: TestHub) -> Person:
    return live.person("asha")


def look(person: Person, **asked: Any) -> Got:
    return person.send("POST", "/v1/referrals:search", asked)


def found(person: Person, **asked: Any) -> list[str]:
    """Ids of everything found, over all pages."""
    ids: list[str] = []
    token = None
    while True:
        got = look(person, **asked, **({} if token is None else {"page_token": token}))
        assert got.status == 200, got.raw
        ids += [item["id"] for item in got.json["items"]]
        token = got.json.get("next_page_token")
        if token is None:
            return ids


def kavita(hub: TestHub) -> str:
    """The one whom the questions are about; put again, she is the same case."""
    got = hub.source().send("PUT", "/v1/flags/instagram/REF.kavita", flag_body(**WHO))
    assert got.status in (200, 201), got.raw
    return str(got.json["referral_id"])


def flag(hub: TestHub, reference: str, **fields: Any) -> str:
    got = hub.put_flag(reference, **fields)
    assert got.status == 201, got.raw
    return str(got.json["referral_id"])


def close(person: Person, rid: str) -> None:
    assert person.command("acknowledge", rid, {"through": 1}).status == 201
    for kind, payload in (
        ("contact", {"in_person": True, "who": "थाना"}),
        ("close", {"code": "counselled", "summary": "समझाइश"}),
    ):
        seen = person.case(rid)["version"]
        got = person.command(kind, rid, payload, seen=seen)
        assert got.status == 201, got.raw


WHO = {
    "subject": {"name": "कविता नमूना", "guardian_name": "Ramesh Namuna", "guardian_phone": "+91 00000 00042",
                "institute": "आदर्श कोचिंग", "hostel": "Shanti Hostel", "warden": "सुशीला", "phone": "00000-00043"},
    "account": {"platform_account_id": "pid-77-XY", "display_name": "Kavi_Ta", "handle": "@Kavita.Sample",
                "phones": ["+91 00000 00041"], "emails": ["kavita@example.invalid"]},
}  # fmt: skip


@pytest.mark.parametrize(
    "q",
    ["कविता", "नमूना कविता", "kavita.sample", "KAVITA.SAMPLE", "@kavita", "kavi_ta", "ramesh", "आदर्श", "shanti hostel",
     "सुशीला", "PID-77-xy", "kavita@example.invalid", "0000000041", "00000 00041", "+91 00000 00041", "०००००००४१",
     "00042", "0000000043", "कविता 00041", "ref.kavita", "REF.KAVITA"],
)  # fmt: skip
def test_a_case_is_found_by_what_is_said_of_it(live: TestHub, asha: Person, q: str) -> None:
    rid = kavita(live)
    others = flag(live, f"other-{new_uuid()[:8]}")
    ids = found(asha, q=q)
    assert rid in ids
    assert others not in ids


@pytest.mark.parametrize(
    "q",
    ["कविता रमेश", "kavitasample", "041", "9999900041", "अब और नहीं", "नमूना\nRamesh नहीं", "%", "Kavi%", "XY Kavi_Ta zz"],
)
def test_what_is_not_said_of_it_does_not_find_it(live: TestHub, asha: Person, q: str) -> None:
    rid = kavita(live)
    assert rid not in found(asha, q=q)


def test_letters_written_in_two_ways_are_one(live: TestHub, asha: Person) -> None:
    rid = flag(live, "nukta", subject={"name": "फ\u093cरहान ज\u093cैदी", "hostel": "क्\u200dष भवन"})
    assert found(asha, q="\u095eरहान \u095bैदी") == [rid]
    assert found(asha, q="क्ष भवन") == [rid]


def test_a_case_is_found_by_its_number_alone(live: TestHub, asha: Person) -> None:
    rid = flag(live, f"n-{new_uuid()[:8]}")
    number = asha.case(rid)["number"]
    assert found(asha, q=number) == [rid]
    assert rid in found(asha, q=number.split("-")[1])


def test_notes_are_not_searched(live: TestHub, asha: Person) -> None:
    rid = flag(live, f"n-{new_uuid()[:8]}")
    asha.command("note", rid, {"text": "गोपनीयशब्द"})
    assert found(asha, q="गोपनीयशब्द") == []


def test_closed_cases_are_found_and_states_are_told_apart(live: TestHub, asha: Person) -> None:
    name = f"n{new_uuid()[:8]}"
    open_one = flag(live, f"{name}-1", subject={"name": name})
    closed_one = flag(live, f"{name}-2", subject={"name": name})
    close(asha, closed_one)
    assert found(asha, q=name) == [closed_one, open_one]
    assert found(asha, q=name, state="closed") == [closed_one]
    assert found(asha, q=name, state="new") == [open_one]
    assert found(asha, q=name, state="informed") == []


def test_from_and_to_bound_the_opening(live: TestHub, asha: Person) -> None:
    rid = flag(live, f"n-{new_uuid()[:8]}")
    case = asha.case(rid)
    opened, number = case["opened_at"], case["number"]
    later = Instant(Instant.parse(opened) + 1).iso()
    assert found(asha, q=number, **{"from": opened}) == [rid]
    assert found(asha, q=number, **{"from": later}) == []
    assert found(asha, q=number, to=opened) == []
    assert found(asha, q=number, to=later) == [rid]
    assert found(asha, q=number, **{"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00+05:30"}) == []
    assert found(asha, q=number, **{"from": "2020-01-01T05:30:00+05:30"}) == [rid]


def test_everybody_finds_only_what_their_unit_may_see(live: TestHub) -> None:
    name = f"n{new_uuid()[:8]}"
    rid = flag(live, name)
    above = live.person(f"{name}-above", "supervisor", "range-kota")
    station = live.person(f"{name}-station", "operator", "kunhadi")
    sibling = live.person(f"{name}-sibling", "operator", "kota-rural")
    auditor = live.person(f"{name}-auditor", "auditor", "rajasthan")
    assert [found(person, q=name) for person in (above, station, sibling, auditor)] == [[rid], [], [], [rid]]
    assert found(above, q=name, unit="kota-city") == [rid]
    assert found(above, q=name, unit="kota-rural") == []
    for person, unit in ((sibling, "kota-city"), (above, "range-udaipur"), (above, "nowhere"), (station, "kota-city")):
        got = look(person, q=name, unit=unit)
        assert (got.status, got.code) == (404, "not-found")


def test_a_unit_a_case_is_on_its_way_to_finds_it(live: TestHub) -> None:
    name = f"n{new_uuid()[:8]}"
    rid = flag(live, name)
    sender = live.person(f"{name}-a")
    target = live.person(f"{name}-b", "operator", "kota-rural")
    assert sender.command("acknowledge", rid, {"through": 1}).status == 201
    got = sender.command("forward", rid, {"to": "kota-rural", "reason": "सांगोद"}, seen=sender.case(rid)["version"])
    assert got.status == 201, got.raw
    assert found(target, q=name) == [rid]
    assert found(sender, q=name) == [rid]


def test_what_is_erased_is_found_no_more(live: TestHub, asha: Person) -> None:
    """Nothing beside the case itself keeps its words."""
    name = f"n{new_uuid()[:8]}"
    rid = flag(live, f"ref-{name}", subject={"name": name})
    assert found(asha, q=name) == [rid]
    nothing = {
        "subject": {"alone": "unknown", "family_may_harm": "unknown"}, "flags": [],
        "account": {"phones": [], "emails": [], "age_band": "unknown", "holder_is_subject": "unknown"},
    }  # fmt: skip
    body = json.dumps({**asha.case(rid), **nothing}).encode()

    def erase(engine: Any, _: object) -> None:
        with engine.begin() as connection:
            connection.execute(update(referrals).where(referrals.c.id == rid).values(body=body))
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            connection.exec_driver_sql("UPDATE flags SET reference = 'erased' WHERE reference = ?", (f"ref-{name}",))
            connection.exec_driver_sql("DELETE FROM flag_keys WHERE reference = ?", (f"ref-{name}",))

    administer(live, erase)
    assert found(asha, q=name) == []


def test_of_a_pruned_case_nothing_is_found_and_nothing_breaks(live: TestHub, asha: Person) -> None:
    name = f"n{new_uuid()[:8]}"
    rid, other = flag(live, f"{name}-1", subject={"name": name}), flag(live, f"{name}-2", subject={"name": name})
    number = asha.case(rid)["number"]

    def prune(engine: Any, now: Any) -> None:
        with engine.begin() as connection:
            connection.execute(insert(pruned).values(referral_id=rid, at=int(now)))
            connection.execute(update(referrals).where(referrals.c.id == rid).values(body=b'{"stub":true}'))

    administer(live, prune)
    assert found(asha, q=name) == [other]
    assert found(asha, q=number) == []


def test_pages_hold_everything_once_newest_first(
    make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = make_hub()
    person = hub.person("asha")
    ids = [flag(hub, f"A-{n}", subject={"name": "नमूना" if n % 3 else "अन्य"}) for n in range(14)]
    monkeypatch.setattr(search, "ITEMS", 3)
    monkeypatch.setattr(search, "LOOKED_AT", 4)
    assert found(person) == ids[::-1]
    assert found(person, q="अन्य") == [rid for n, rid in reversed(list(enumerate(ids))) if n % 3 == 0]
    page = look(person, q="कोई नहीं").json
    assert (page["items"], "next_page_token" in page) == ([], True), "a page without a find may still go on"
    assert found(person, q="कोई नहीं") == []


def test_a_page_ends_early_rather_than_grow(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(page_bytes=6_000))
    person = hub.person("asha")
    ids = [flag(hub, f"A-{n}", excerpt="अ" * 600) for n in range(6)]
    assert len(look(person).json["items"]) < 6
    assert found(person) == ids[::-1]


def test_a_page_token_belongs_to_its_question_and_its_person(
    make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = make_hub()
    person, other = hub.person("asha"), hub.person("ravi")
    for n in range(4):
        flag(hub, f"A-{n}")
    monkeypatch.setattr(search, "ITEMS", 1)
    token = look(person, state="new").json["next_page_token"]
    assert look(person, state="new", page_token=token).status == 200
    for who, asked in ((person, {}), (person, {"state": "new", "q": "x"}), (other, {"state": "new"})):
        got = look(who, **asked, page_token=token)
        assert (got.status, got.code) == (410, "cursor-expired")
    assert look(person, state="new", page_token="invented").code == "cursor-expired"


def test_a_unit_without_a_name_is_no_unit_and_not_the_own_one(asha: Person) -> None:
    got = look(asha, unit="")
    assert (got.status, got.code) == (404, "not-found")


def test_questions_that_are_none(live: TestHub, asha: Person) -> None:
    wrong: dict[str, tuple[dict[str, Any], int, str]] = {
        "long": ({"q": "x" * 201}, 422, "/q"),
        "state": ({"state": "open"}, 422, "/state"),
        "backwards": ({"from": NOW, "to": "2020-01-01T00:00:00Z"}, 422, "/to"),
        "no text": ({"q": 7}, 400, "/q"),
        "no time": ({"from": "yesterday"}, 400, "/from"),
        "no text either": ({"unit": ["kota-city"]}, 400, "/unit"),
    }
    for what, (asked, status, pointer) in wrong.items():
        got = look(asha, **asked)
        assert (what, got.status, got.json["errors"][0]["pointer"]) == (what, status, pointer)
    assert asha.ask("POST", "/v1/referrals:search", b"[]").status == 400
    assert asha.ask("POST", "/v1/referrals:search", b'{"q": "' + b"x" * 300_000 + b'"}').code == "too-large"
    assert look(asha, q=None, state=None, unknown_member=1).status == 200


def test_nobody_searches_without_the_right_role(live: TestHub) -> None:
    name = f"n{new_uuid()[:8]}"
    admin = live.person(name, "admin")
    assert look(admin).code == "not-allowed"
    assert look(live.source()).code == "not-allowed"
    assert live.anyone().send("POST", "/v1/referrals:search", {}).code == "token-expired"


def test_every_search_is_in_the_audit_log_without_its_words(live: TestHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    person = live.person(f"n{new_uuid()[:8]}")
    for n in range(3):
        assert look(person, q=f"कविता {n}").status == 200
    assert audited(live, "search", person.id) == 3
    assert audited(live, "कविता") == 0
    assert "कविता" not in caplog.text


def test_the_words_of_a_question() -> None:
    assert words_of("  कविता   Namuna ") == ("कविता", "namuna")
    assert words_of("+91 00000-00041") == ("+91 00000-00041",)
    assert words_of("२०२६-०००१२३") == ("2026-000123",)
    assert words_of("") == words_of(" \n ") == ()
