"""Passwords: what a new one must be, how it is changed, and how much work a guess costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select, update

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.access import people
from kotaconsole.hub.access.passwords import MEMORY_KIB, MIN_LENGTH, PASSES, broken_rule, is_weaker
from kotaconsole.hub.access.throttle import FREE_PER_NAME
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.tables import users
from tests.hub.administering import administer, audited, rows
from tests.hub.client import PASSWORD, Got, Http, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until

NEW = "दूसरा लंबा पासवर्ड"


def change(person: Person, old: str, new: str) -> Got:
    return person.send("PUT", "/v1/me/password", {"old": old, "new": new})


def sign_in(hub: TestHub, username: str, password: str, workstation: str = "w-1") -> Got:
    asked = {"username": username, "password": password, "workstation": {"id": workstation}}
    return hub.anyone().send("POST", "/v1/sessions", asked)


def refusal(got: Got) -> tuple[int, str, str]:
    return got.status, got.code, got.json["errors"][0]["pointer"]


def test_a_person_changes_their_password_and_other_sessions_end(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    elsewhere = Person(shared.url, name, new_uuid())
    got = change(person, PASSWORD, NEW)
    assert (got.status, got.raw) == (204, b"")
    assert person.get("/v1/me").status == 200
    assert elsewhere.get("/v1/me").code == "session-revoked"
    told = {"refresh_token": elsewhere.session["refresh_token"], "workstation_id": elsewhere.workstation}
    assert elsewhere.send("POST", "/v1/sessions/refresh", told).code == "session-revoked"
    told = {"refresh_token": person.session["refresh_token"], "workstation_id": person.workstation}
    assert person.send("POST", "/v1/sessions/refresh", told).status == 201
    assert sign_in(shared, name, PASSWORD).code == "invalid-credentials"
    assert sign_in(shared, name, NEW).status == 201
    assert audited(shared, "password changed", person.id) == 1


def test_a_changed_password_outlives_the_hub(hub: TestHub) -> None:
    person = hub.person("asha")
    other = Person(hub.url, "asha", new_uuid())
    assert change(person, PASSWORD, NEW).status == 204
    hub.restart()
    assert (person.get("/v1/me").status, other.get("/v1/me").code) == (200, "session-revoked")
    assert sign_in(hub, "asha", NEW).status == 201


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    composed, apart = "लंबा पासवर्ड क\u093cख\u093c", "लंबा पासवर्ड \u0958\u0959"
    assert change(person, PASSWORD, composed).status == 204
    assert sign_in(shared, name, apart).status == 201


@pytest.mark.parametrize("new", ["short", "नौ अक्षर", "x" * 9, "x" * 1025, PASSWORD])
def test_a_new_password_that_breaks_a_rule_changes_nothing(shared: TestHub, name: str, new: str) -> None:
    person = shared.person(name)
    assert refusal(change(person, PASSWORD, new)) == (422, "invalid", "/new")
    assert sign_in(shared, name, PASSWORD).status == 201


def test_the_name_is_no_password(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for word in (name, name.upper(), f"  {name}", f"{name} नमूना"):
        assert refusal(change(person, PASSWORD, word)) == (422, "invalid", "/new")


def test_a_wrong_old_password_is_told_and_slowed_but_ends_nothing(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for _ in range(FREE_PER_NAME):
        assert refusal(change(person, "not the password", NEW)) == (422, "invalid", "/old")
    slowed = change(person, PASSWORD, NEW)
    assert (slowed.status, slowed.code) == (429, "too-many-attempts")
    assert 1 <= int(slowed.headers["retry-after"]) <= 300
    assert person.get("/v1/me").status == 200
    assert sign_in(shared, name, PASSWORD, person.workstation).status == 201
    assert audited(shared, "password change refused", person.id) == FREE_PER_NAME


def test_whoever_is_not_signed_in_changes_no_password(shared: TestHub) -> None:
    assert shared.anyone().send("PUT", "/v1/me/password", {"old": "x", "new": NEW}).code == "token-expired"


def test_rules_for_passwords() -> None:
    assert broken_rule("x" * MIN_LENGTH, ("asha",)) is None
    assert broken_rule("x" * (MIN_LENGTH - 1), ()) is not None
    assert broken_rule("\u00c5ngstrom-unit", ("A\u030angstrom-unit",)) == "not the name"
    assert broken_rule("a longer word", (), "a longer word") == "not the password before"
    assert broken_rule("long enough \ud800", ()) is not None


def test_a_password_made_with_too_little_work_is_made_anew_at_sign_in(shared: TestHub, name: str) -> None:
    shared.add_user(name)
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    assert is_weaker(weak)

    def weaken(engine: object, _: object) -> None:
        with engine.begin() as connection:  # type: ignore[attr-defined]
            connection.execute(update(users).where(users.c.username == name).values(password_hash=weak))

    administer(shared, weaken)
    stored = select(users.c.password_hash).where(users.c.username == name)
    assert sign_in(shared, name, "not the password").status == 401
    assert rows(shared, stored)[0][0] == weak, "a guess changes nothing"
    assert sign_in(shared, name, PASSWORD).status == 201
    made = extract_parameters(rows(shared, stored)[0][0])
    assert (made.time_cost, made.memory_cost, made.type.name) == (PASSES, MEMORY_KIB, "ID")
    assert sign_in(shared, name, PASSWORD).status == 201


def test_two_sign_ins_at_once_with_a_weak_password_both_come_in(shared: TestHub, name: str) -> None:
    shared.add_user(name)
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)

    def weaken(engine: object, _: object) -> None:
        with engine.begin() as connection:  # type: ignore[attr-defined]
            connection.execute(update(users).where(users.c.username == name).values(password_hash=weak))

    administer(shared, weaken)
    got: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(sign_in(shared, name, PASSWORD, f"w-{n}").status))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert got == [201] * 3


def test_the_parameters_are_not_below_what_owasp_asks() -> None:
    assert (PASSES >= 2 and MEMORY_KIB >= 19 * 1024) or (PASSES >= 1 and MEMORY_KIB >= 46 * 1024)


def test_checking_passwords_holds_up_nobody_who_reads(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=30))
    person = hub.person("asha")
    busy = [threading.Thread(target=sign_in, args=(hub, f"nobody-{n}", "not the password")) for n in range(12)]
    for thread in busy:
        thread.start()
    slowest = 0.0
    answered = 0
    while any(thread.is_alive() for thread in busy):
        began = time.monotonic()
        assert person.get("/v1/me").status == 200
        slowest = max(slowest, time.monotonic() - began)
        answered += 1
    # one check takes some 50 ms or more, twelve of them one after the other far longer than any of these answers
    assert answered >= 3
    assert slowest < 1.0


def test_an_administrator_sets_a_password_and_every_session_ends(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=0.1))
    person = hub.person("asha")
    administer(hub, lambda engine, now: people.set_password(engine, now, username="asha", password=NEW))
    until(lambda: person.get("/v1/me").status == 401, 30, "the session to end")
    assert person.get("/v1/me").code == "session-revoked"
    assert sign_in(hub, "asha", PASSWORD).code == "invalid-credentials"
    assert sign_in(hub, "asha", NEW).status == 201


@pytest.mark.parametrize("password", ["short", "asha.namuna", "आशा नमूना जी"])
def test_an_administrator_keeps_to_the_same_rules(hub: TestHub, password: str) -> None:
    hub.add_user("asha.namuna", name="आशा नमूना जी")

    def asked(engine: object, now: object) -> None:
        people.set_password(engine, now, username="asha.namuna", password=password)  # type: ignore[arg-type]

    with pytest.raises(EnvironmentFault) as told:
        administer(hub, asked)
    assert "Nothing was changed" in told.value.sentence.en
    assert sign_in(hub, "asha.namuna", PASSWORD).status == 201


def test_an_unknown_name_takes_as_long_as_a_wrong_password(shared: TestHub, name: str) -> None:
    shared.add_user(name)
    client = Http(shared.url)

    def took(username: str) -> float:
        asked = {"username": username, "password": "not the password", "workstation": {"id": "w"}}
        began = time.monotonic()
        assert client.send("POST", "/v1/sessions", asked).status == 401
        return time.monotonic() - began

    known = min(took(name) for _ in range(4))
    unknown = min(took(f"{name}-{n}") for n in range(4))
    assert 0.5 < unknown / known < 2.0, (unknown, known)
