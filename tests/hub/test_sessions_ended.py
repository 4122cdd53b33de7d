"""Sessions that somebody else ends while the hub runs: people shut out or moved, workstations lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.access import people, workstations
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage.tables import audit, tokens, users
from tests.hub.administering import administer, audited, let_in_again, rows
from tests.hub.client import PASSWORD, Got, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until

QUICK = Limits(beat_s=0.1)
SHUT_OUT = """
import sys
from kotaconsole.hub.access.people import disable_user
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.storage.database import open_database
database = open_database(sys.argv[1])
disable_user(database.writer, WallClock().now(), username=sys.argv[2])
database.close()
"""


def in_another_process(hub: TestHub, username: str) -> None:
    subprocess.run([sys.executable, "-c", SHUT_OUT, hub.settings.db, username], check=True, timeout=100)


def refresh(person: Person) -> Got:
    told = {"refresh_token": person.session["refresh_token"], "workstation_id": person.workstation}
    return person.send("POST", "/v1/sessions/refresh", told)


def sign_in(hub: TestHub, username: str, workstation: str) -> Got:
    asked = {"username": username, "password": PASSWORD, "workstation": {"id": workstation}}
    return hub.anyone().send("POST", "/v1/sessions", asked)


def move(hub: TestHub, username: str, **to: Any) -> None:
    directory = read_papers(find_resources(), None).directory
    administer(hub, lambda engine, now: people.move_user(engine, directory, now, username=username, **to))


def ended(person: Person) -> None:
    got = until(lambda: (answer := person.get("/v1/me")).status == 401 and answer, 30, "the session to end")
    assert (got.code, got.json["terminal"]) == ("session-revoked", False)


def test_another_process_shuts_a_person_out_of_a_running_hub_within_seconds(hub: TestHub) -> None:
    person, colleague = hub.person("asha"), hub.person("ravi")
    elsewhere = Person(hub.url, "asha", new_uuid())
    in_another_process(hub, "asha")
    # two beats of 2 s, and time for a loaded machine
    for mine in (person, elsewhere):
        got = until(lambda mine=mine: (answer := mine.get("/v1/me")).status == 401 and answer, 15, "the end")  # type: ignore[misc]
        assert got.code == "session-revoked"
    assert refresh(person).code == "session-revoked"
    assert sign_in(hub, "asha", person.workstation).code == "invalid-credentials"
    assert colleague.get("/v1/me").status == 200
    assert audited(hub, "user disabled") == 1
    hub.restart()
    assert person.get("/v1/me").code == "session-revoked"


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_whoever_is_shut_out_while_waiting_does_not_get_what_wakes_them(
    make_hub: Callable[..., TestHub], connection: str
) -> None:
    """Both ways a poll is answered: one connection for one request, and the short way of a console's own."""
    hub = make_hub(QUICK)
    waiting, colleague = hub.person("asha"), hub.person("ravi")
    hub.put_flag("A-1")
    epoch, head = waiting.epoch(), len(waiting.feed())
    got: list[Got] = []
    path = f"/v1/feeds/kota-city/changes?epoch={epoch}&after={head}&wait=20"
    headers = {"Connection": connection}
    poll = threading.Thread(target=lambda: got.append(waiting.ask("GET", path, headers=headers)))
    poll.start()
    administer(hub, lambda engine, now: people.disable_user(engine, now, username="asha"))
    ended(waiting)
    assert poll.is_alive(), "it waits still"
    hub.put_flag("A-2")
    poll.join(30)
    assert [(answer.status, answer.code) for answer in got] == [(401, "session-revoked")]
    assert b"A-2" not in got[0].raw
    assert len(colleague.feed()) == head + 1


def test_a_person_let_in_again_signs_in_again(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(QUICK)
    person = hub.person("asha")
    administer(hub, lambda engine, now: people.disable_user(engine, now, username="asha"))
    ended(person)
    let_in_again(hub, "asha")
    assert person.get("/v1/me").code == "session-revoked"
    again = Person(hub.url, "asha", person.workstation)
    assert (again.get("/v1/me").status, again.desk) == (200, person.desk)


def test_a_person_who_is_moved_signs_in_again_and_sees_the_new_unit_only(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(QUICK)
    person = hub.person("asha")
    rid = str(hub.put_flag("A-1").json["referral_id"])
    assert person.get(f"/v1/referrals/{rid}").status == 200
    move(hub, "asha", unit="kota-rural", role="supervisor")
    ended(person)
    person.sign_in()
    assert person.session["operator"]["unit"] == "kota-rural"
    assert person.session["operator"]["role"] == "supervisor"
    assert person.get(f"/v1/referrals/{rid}").code == "not-found"
    assert person.get("/v1/feeds/kota-city/snapshot").code == "not-found"


def test_a_move_to_where_one_is_ends_nothing(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(QUICK)
    person = hub.person("asha")
    move(hub, "asha", unit="kota-city")
    hub.add_user("ravi")
    assert sign_in(hub, "ravi", "w-9").status == 201
    assert person.get("/v1/me").status == 200


def test_a_lost_workstation_is_shut_out_whoever_sits_at_it(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(QUICK)
    asha = hub.person("asha")
    hub.add_user("ravi")
    ravi = Person(hub.url, "ravi", asha.workstation)
    elsewhere = Person(hub.url, "asha", new_uuid())
    administer(hub, lambda engine, now: workstations.revoke_workstation(engine, now, workstation=asha.desk.lower()))
    ended(asha)
    ended(ravi)
    assert refresh(asha).code == "session-revoked"
    assert elsewhere.get("/v1/me").status == 200
    refused = sign_in(hub, "asha", asha.workstation)
    assert (refused.status, refused.code, refused.json["terminal"]) == (403, "not-allowed", True)
    told = {"username": "asha", "password": "not the password", "workstation": {"id": asha.workstation}}
    wrong = hub.anyone().send("POST", "/v1/sessions", told)
    assert wrong.code == "invalid-credentials", "only the right password learns that the desk is shut out"
    hub.restart()
    assert sign_in(hub, "asha", asha.workstation).status == 403
    administer(hub, lambda engine, now: workstations.allow_workstation(engine, now, workstation=asha.workstation))
    again = sign_in(hub, "asha", asha.workstation)
    assert (again.status, again.json["workstation"]["desk"]) == (201, asha.desk)


def test_who_is_unknown_is_told_and_nothing_is_changed(hub: TestHub) -> None:
    person = hub.person("asha")
    asked: list[Callable[[Any, Instant], None]] = [
        lambda engine, now: people.disable_user(engine, now, username="nobody"),
        lambda engine, now: people.set_password(engine, now, username="nobody", password=PASSWORD),
        lambda engine, now: workstations.revoke_workstation(engine, now, workstation="K99"),
    ]
    for change in asked:
        with pytest.raises(EnvironmentFault) as told:
            administer(hub, change)
        assert "Nothing was changed" in told.value.sentence.en
        assert "कुछ भी बदला नहीं गया" in told.value.sentence.hi
    for to in ({"role": "root"}, {"unit": "nowhere"}):
        with pytest.raises(EnvironmentFault):
            move(hub, "asha", **to)
    assert person.get("/v1/me").status == 200


def test_the_list_of_people_and_workstations_tells_nothing_secret(hub: TestHub) -> None:
    person = hub.person("asha")
    administer(hub, lambda engine, now: people.disable_user(engine, now, username="asha"))

    def lists(engine: Any, _: Instant) -> tuple[Any, Any]:
        with engine.begin() as connection:
            return people.list_users(connection), workstations.list_workstations(connection)

    everybody, desks = administer(hub, lists)
    assert [(one.id, one.username, one.role, one.unit, one.disabled) for one in everybody] == [
        (person.id, "asha", "operator", "kota-city", True)
    ]
    assert [(one.id, one.desk, one.revoked_at) for one in desks] == [(person.workstation, "K1", None)]
    assert "argon2" not in repr(everybody)


def test_a_source_takes_no_desk_code(hub: TestHub) -> None:
    machine = new_uuid()
    source = hub.person("platform", "source", "rajasthan", machine)
    again = Person(hub.url, "platform", machine)
    asha = hub.person("asha")
    assert (source.desk, again.desk, asha.desk) == ("S1", "S1", "K1")
    hub.add_user("ravi")
    ravi = Person(hub.url, "ravi", machine)
    assert ravi.desk == "K2", "a person sits there now: it is a desk"
    assert Person(hub.url, "platform", machine).desk == "K2", "and stays one for ever"


def test_what_a_person_was_at_a_moment(hub: TestHub) -> None:
    user_id = hub.add_user("asha")
    directory = read_papers(find_resources(), None).directory
    born = Instant(rows(hub, select(users.c.created_at).where(users.c.id == user_id))[0][0])
    at = [born.plus(hours=hours) for hours in (1, 2, 3, 4)]

    def story(engine: Any, _: Instant) -> list[Any]:
        people.move_user(engine, directory, at[0], username="asha", role="supervisor")
        people.move_user(engine, directory, at[1], username="asha", unit="kota-rural")
        people.disable_user(engine, at[2], username="asha")
        people.enable_user(engine, directory, at[3], username="asha")
        # the machine's clock is set back: what comes last still holds
        people.move_user(engine, directory, at[1], username="asha", role="auditor")
        asked = [born.plus(days=-1), born, at[0].plus(seconds=-0.001), *at, at[3].plus(days=1)]
        with engine.begin() as connection:
            return [people.posting_at(connection, user_id, moment) for moment in asked]

    first = people.Posting("operator", "kota-city")
    assert administer(hub, story) == [
        first, first, first, people.Posting("supervisor", "kota-city"), people.Posting("supervisor", "kota-rural"),
        None, people.Posting("supervisor", "kota-rural"), people.Posting("auditor", "kota-rural"),
    ]  # fmt: skip

    def nobody(engine: Any, now: Instant) -> Any:
        with engine.begin() as connection:
            return people.posting_at(connection, "nobody", now)

    assert administer(hub, nobody) is None


def test_coming_in_going_out_and_being_refused_are_in_the_audit_log(hub: TestHub) -> None:
    person = hub.person("asha")
    sign_in(hub, "nobody-has-this-name", person.workstation)
    told = {"username": "asha", "password": "not the password", "workstation": {"id": "w-1"}}
    hub.anyone().send("POST", "/v1/sessions", told)
    person.ask("DELETE", "/v1/sessions/current")
    flag = "/v1/flags/instagram/A-1"
    hub.anyone().ask("PUT", flag, b"{}", headers={"X-Hub-Timestamp": "1", "X-Hub-Signature-256": "sha256=0"})
    # who tried is named only where somebody has that name: people type passwords into the wrong field
    until(lambda: audited(hub, "refused bad-signature") == 1, 30, "the row")
    assert audited(hub, "refused invalid-credentials") == 2
    assert audited(hub, "refused invalid-credentials", person.id) == 1
    assert audited(hub, "signed in", person.id) == 1
    assert audited(hub, "signed out", person.id) == 1
    assert "nobody-has-this-name" not in str(rows(hub, select(audit)))


def test_people_from_before_there_were_postings_have_one(hub: TestHub) -> None:
    """The migration writes down what everybody has been from the beginning."""
    user_id = hub.add_user("asha", "supervisor")

    def forget(engine: Any, now: Instant) -> Any:
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM postings")
            connection.exec_driver_sql(
                "INSERT INTO postings (user_id, since, role, unit) SELECT id, created_at, role, unit FROM users"
            )
            return people.posting_at(connection, user_id, now)

    assert administer(hub, forget) == people.Posting("supervisor", "kota-city")


def test_two_refreshes_in_flight_at_once_give_the_same_tokens_and_end_nothing(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for _ in range(3):
        together = threading.Barrier(4)
        got: list[Got] = []

        def ask(together: threading.Barrier = together, got: list[Got] = got) -> None:
            together.wait(30)
            got.append(refresh(person))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [answer.status for answer in got] == [201] * 4
        assert len({answer.json["refresh_token"] for answer in got}) == 1
        assert len({answer.json["access_token"] for answer in got}) == 1
        person.session = got[0].json
        person.token = str(person.session["access_token"])
        assert person.get("/v1/me").status == 200


def test_a_grace_answer_does_not_live_longer_than_the_first(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(access_s=600))
    person = hub.person("asha")
    first, again = refresh(person).json, refresh(person).json
    assert again["expires_in"] <= first["expires_in"] == 600


def test_tokens_that_ran_out_long_ago_are_swept_and_used_ones_still_give_a_thief_away(
    make_hub: Callable[..., TestHub],
) -> None:
    hub = make_hub(Limits(grace_s=0))
    person = hub.person("asha")
    refresh(person)
    count = select(tokens.c.kind, tokens.c.expires_at)
    assert len(rows(hub, count)) == 4

    def age(engine: Any, now: Instant) -> None:
        """As if two days had passed."""
        with engine.begin() as connection:
            connection.execute(tokens.update().values(expires_at=tokens.c.expires_at - 2 * 86_400_000))

    hub.stop()
    administer(hub, age)
    hub.start()
    until(lambda: len(rows(hub, count)) == 2, 30, "the access tokens to be swept")
    assert {row.kind for row in rows(hub, count)} == {"refresh"}
    assert refresh(person).code == "session-revoked"
