"""Sign-in, tokens that rotate, and guesses that are slowed down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kotaconsole.hub.access.throttle import FREE_PER_NAME, Throttle
from kotaconsole.hub.settings import Limits
from tests.hub.client import PASSWORD, Got, Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.world.waiting import until


def refresh(person: Person, token: str | None = None, workstation: str | None = None) -> Got:
    asked = {
        "refresh_token": token or person.session["refresh_token"],
        "workstation_id": workstation or person.workstation,
    }
    return person.send("POST", "/v1/sessions/refresh", asked)


def sign_in(hub: TestHub, username: str, password: str, workstation: str = "w-1") -> Got:
    asked = {"username": username, "password": password, "workstation": {"id": workstation}}
    return hub.anyone().send("POST", "/v1/sessions", asked)


def test_sign_in_tells_who_and_where(shared: TestHub, name: str) -> None:
    person = shared.person(name, "supervisor", "kota-city")
    session = person.session
    assert session["operator"] == {
        "id": person.id, "name": f"{name} नमूना", "role": "supervisor", "unit": "kota-city"
    }  # fmt: skip
    assert repr(session["expires_in"]) == "600"  # an integer on the wire, never 600.0
    assert session["workstation"]["id"] == person.workstation
    me = person.get("/v1/me")
    assert (me.json["operator"], me.json["workstation"]) == (session["operator"], session["workstation"])
    assert me.headers["cache-control"] == "no-store"


def test_a_desk_code_is_for_ever_and_each_workstation_has_its_own(hub: TestHub) -> None:
    first = hub.person("asha")
    second = hub.person("ravi")
    hub.restart()
    again = Person(hub.url, "ravi", first.workstation)
    assert (first.desk, second.desk, again.desk) == ("K1", "K2", "K1")


def test_wrong_password_and_unknown_name_look_the_same(shared: TestHub, name: str) -> None:
    shared.add_user(name)
    wrong, unknown = sign_in(shared, name, "not the password"), sign_in(shared, f"{name}-nobody", PASSWORD)
    assert [(got.status, got.code, got.json["terminal"], got.json["detail"]) for got in (wrong, unknown)] == [
        (401, "invalid-credentials", True, wrong.json["detail"])
    ] * 2


def test_no_token_an_invented_one_and_another_scheme_are_token_expired(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for header in (None, "Bearer ", "Bearer invented", f"Basic {person.token}", "Bearer ÿ€"):
        headers = {} if header is None else {"Authorization": header.encode("cp1252").decode("latin-1")}
        got = shared.anyone().ask("GET", "/v1/me", headers=headers)
        assert (got.status, got.code, got.json["terminal"]) == (401, "token-expired", False)


def test_an_access_token_runs_out_and_a_refresh_mends_it(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(access_s=0.5))
    person = hub.person("asha")
    got = until(lambda: (answer := person.get("/v1/me")).status == 401 and answer, 60, "the token runs out")
    assert got.code == "token-expired"
    renewed = refresh(person)
    assert renewed.status == 201
    person.token = renewed.json["access_token"]
    assert person.get("/v1/me").status == 200


def test_a_lost_refresh_answer_is_given_again_word_for_word(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    first, again = refresh(person), refresh(person)
    assert (first.status, again.status) == (201, 201)
    pair = ("access_token", "refresh_token")
    assert [first.json[part] for part in pair] == [again.json[part] for part in pair]
    assert first.json["refresh_token"] != person.session["refresh_token"]
    assert refresh(person, first.json["refresh_token"]).json["access_token"] != first.json["access_token"]


def test_a_lost_refresh_answer_is_given_again_after_a_restart(hub: TestHub) -> None:
    person = hub.person("asha")
    first = refresh(person)
    hub.restart()
    assert refresh(person).json["access_token"] == first.json["access_token"]


def test_a_used_refresh_token_ends_the_family_after_the_grace(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(grace_s=0))
    person = hub.person("asha")
    first = refresh(person)
    until(lambda: refresh(person).status == 401, 60, "the grace to pass")
    ended = refresh(person, first.json["refresh_token"])
    assert (ended.status, ended.code, ended.json["terminal"]) == (401, "session-revoked", False)
    person.token = first.json["access_token"]
    assert person.get("/v1/me").code == "session-revoked"
    hub.restart()
    assert person.get("/v1/me").code == "session-revoked"


def test_a_refresh_token_on_another_workstation_ends_the_family(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    assert refresh(person, workstation=new_uuid()).code == "session-revoked"
    assert person.get("/v1/me").code == "session-revoked"


def test_an_unknown_refresh_token_is_token_expired(shared: TestHub, name: str) -> None:
    assert refresh(shared.person(name), "invented").code == "token-expired"


def test_sign_out_ends_the_session_only_for_this_family(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    other = Person(shared.url, name, new_uuid())
    assert person.ask("DELETE", "/v1/sessions/current").status == 204
    assert person.get("/v1/me").code == "session-revoked"
    assert refresh(person).code == "session-revoked"
    assert other.get("/v1/me").status == 200


def test_the_file_holds_no_token_and_no_password(hub: TestHub) -> None:
    person = hub.person("asha")
    renewed = refresh(person).json
    hub.stop()
    raw_file = hub.raw()
    tables = [row[0] for row in raw_file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    cells = [cell for table in tables for row in raw_file.execute(f"SELECT * FROM {table}") for cell in row]
    dump = "\n".join(bytes(cell).decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in cells)
    raw_file.close()
    raw = b"".join(path.read_bytes() for path in hub.db.parent.glob("hub.db*"))
    tokens = [session[part] for session in (person.session, renewed) for part in ("access_token", "refresh_token")]
    assert [word for word in [*tokens, PASSWORD] if word in dump or word.encode() in raw] == []
    assert "$argon2id$" in dump


def test_guesses_are_slowed_for_the_name_but_never_for_a_known_desk(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for _ in range(FREE_PER_NAME):
        assert sign_in(shared, name, "wrong password").status == 401
    slowed = sign_in(shared, name, PASSWORD, new_uuid())
    assert (slowed.status, slowed.code, slowed.json["terminal"]) == (429, "too-many-attempts", False)
    assert 1 <= int(slowed.headers["retry-after"]) <= 300
    assert sign_in(shared, name, PASSWORD, person.workstation).status == 201


def test_the_address_behind_a_proxy_is_the_one_the_proxy_wrote(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(behind_proxy=True)
    hub.add_user("asha")

    def attempt(forwarded: str) -> int:
        asked: dict[str, Any] = {"username": "asha", "password": "wrong password", "workstation": {"id": "w"}}
        return hub.anyone().send("POST", "/v1/sessions", asked, **{"X-Forwarded-For": forwarded}).status

    assert [attempt(f"invented-{n}, 192.0.2.1") for n in range(FREE_PER_NAME)] == [401] * FREE_PER_NAME
    assert attempt("invented-again, 192.0.2.1") == 429
    assert attempt("192.0.2.1, 192.0.2.2") == 401


def test_waiting_grows_is_bounded_and_is_forgotten() -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(60):
        throttle.missed("asha", "192.0.2.1")
        waits.append(throttle.wait_s("asha", "192.0.2.1"))
    assert waits[:FREE_PER_NAME] == [0.0] * (FREE_PER_NAME - 1) + [2.0]
    assert sorted(waits) == waits
    assert waits[-1] == 300.0
    assert throttle.wait_s("ravi", "192.0.2.1") > 0, "the address itself is slowed as well"
    assert throttle.wait_s("asha", "192.0.2.9") == 0.0
    clock.advance(901)
    assert throttle.wait_s("asha", "192.0.2.1") == 0.0
