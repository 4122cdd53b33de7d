"""The audit log as an auditor and as a desk see it: complete, bounded, and to be checked by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kotaconsole.hub.access.workstations import revoke_workstation
from kotaconsole.hub.audit import ledger, words
from kotaconsole.hub.audit.repeats import KINDS, Repeats
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.tables import audit, audit_salts, users
from tests.hub.client import PASSWORD, Got, Http, Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.world.waiting import until

NOTE = {"text": "टिप्पणी"}
NOBODYS = "not-a-name-of-anybody"


def all_records(auditor: Http, limit: int = 100) -> list[dict[str, Any]]:
    """The log to its end, page by page."""
    records: list[dict[str, Any]] = []
    while True:
        page = auditor.get(f"/v1/audit?after={len(records)}&limit={limit}").json
        records += page["records"]
        if not page["more"]:
            return records


def recomputed(records: list[dict[str, Any]]) -> str:
    """What somebody else's verifier does with nothing but the answers: the contract's sentence, word for word."""
    prev = "0" * 64
    for n, record in enumerate(records, 1):
        rest = {name: value for name, value in record.items() if name != "hash"}
        text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (record["n"], record["prev"]) == (n, prev)
        assert record["hash"] == hashlib.sha256((prev + text).encode()).hexdigest()
        prev = record["hash"]
    return prev


def told(records: list[dict[str, Any]], **wanted: Any) -> list[str]:
    return [one["what"] for one in records if all(one.get(name) == value for name, value in wanted.items())]


def failed(hub: TestHub, username: str, password: str = "not the password") -> Got:
    workstation = {"id": new_uuid(), "name": "test", "version": "0.1.0"}
    return hub.anyone().send("POST", "/v1/sessions", {
        "username": username, "password": password, "workstation": workstation,
    })  # fmt: skip


def test_anybody_can_check_the_chain_from_the_answers_alone(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    rid = hub.put_flag("A-1").json["referral_id"]
    person.command("note", rid, NOTE)
    person.case(rid)
    records = all_records(auditor, limit=3)
    last = recomputed(records)
    head = person.get("/v1/audit/head").json
    assert (head["n"], head["hash"], head["at"]) == (len(records), last, records[-1]["at"])
    assert head["epoch"] == person.epoch()
    assert set(records[0]) <= {"n", "at", "who", "desk", "what", "referral_id", "commitment", "prev", "hash"}
    assert None not in [value for record in records for value in record.values()], "no member without a value"
    assert person.get("/v1/audit/head?n=2").json["hash"] == records[1]["hash"]
    beyond = person.get(f"/v1/audit/head?n={head['n'] + 1}")
    assert (beyond.status, beyond.code) == (404, "not-found")
    assert person.get("/v1/audit/head").json["n"] == head["n"], "asking for heads makes no record"


def test_who_looked_revealed_printed_and_changed_stands_in_the_log(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    rid = hub.put_flag("A-1").json["referral_id"]
    person.case(rid)
    person.get(f"/v1/referrals/{rid}/events")
    person.get(f"/v1/referrals/{rid}/flags")
    person.command("view", rid, {"fields": ["subject.phone", "account.emails"]})
    person.command("note", rid, NOTE)
    assert told(all_records(auditor), who=person.id, desk=person.desk, referral_id=rid) == [
        "opened case", "read timeline", "read flags", "command view: subject.phone account.emails", "command note",
    ]  # fmt: skip


def test_a_feed_is_told_when_its_list_is_taken_and_not_with_every_poll(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    hub.put_flag("A-1")
    person.get("/v1/feeds/kota-city/snapshot")
    for _ in range(3):
        person.feed()
    feeds = [what for what in told(all_records(auditor), who=person.id) if "kota-city" in what]
    assert feeds == ["reads feed kota-city", "read snapshot kota-city"]


def test_refusals_are_told_and_only_auditors_read_the_log(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    other = hub.person("ravi", unit="jhunjhunu")
    rid = hub.put_flag("A-1").json["referral_id"]
    assert other.get(f"/v1/referrals/{rid}").status == 404
    got = person.get("/v1/audit")
    assert (got.status, got.code) == (403, "not-allowed")
    assert auditor.command("note", rid, NOTE).status == 403
    assert other.put(new_uuid(), b"{").status == 400
    records = all_records(auditor)
    assert told(records, who=other.id, referral_id=rid) == ["refused not-found: GET /v1/referrals/(id)"]
    assert "refused malformed: PUT /v1/commands/(uuid)" in told(records, who=other.id)
    assert "refused not-allowed: GET /v1/audit" in told(records, who=person.id)
    assert "command note refused: 403" in told(records, who=auditor.id)


def test_failed_sign_ins_are_told_without_the_name_nobody_has(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    assert [failed(hub, name).status for name in ("asha", NOBODYS)] == [401, 401]
    records = all_records(auditor)
    what = "refused invalid-credentials: POST /v1/sessions"
    assert [one["who"] for one in records if one["what"] == what] == [person.id, ledger.NOBODY]
    assert NOBODYS not in json.dumps(records)
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        assert connection.execute(select(users.c.id).where(users.c.username == NOBODYS)).first() is None


def test_a_right_password_at_a_workstation_that_was_shut_out_is_told_too(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    assert hub.running is not None
    inner = hub.running.hub
    revoke_workstation(inner._database.writer, inner.clock.now(), workstation=person.workstation)
    workstation = {"id": person.workstation, "name": "test", "version": "0.1.0"}
    body = {"username": "asha", "password": PASSWORD, "workstation": workstation}
    assert hub.anyone().send("POST", "/v1/sessions", body).status == 403
    assert "refused not-allowed: POST /v1/sessions" in told(all_records(auditor), who=person.id)


def test_an_auditor_who_reads_to_the_end_comes_to_an_end(hub: TestHub) -> None:
    auditor = hub.person("lekha", "auditor", "rajasthan")
    first = all_records(auditor, limit=1)
    assert told(first, who=auditor.id)[-1] == "read the audit log"
    assert len(all_records(auditor, limit=1)) == len(first), "once per session"


def test_a_flood_of_refusals_is_a_few_rows_and_a_count(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub()
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    for _ in range(ledger.PER_PERSON + 70):
        assert person.get(f"/v1/referrals/{new_uuid()}").status == 404
    rows = told(all_records(auditor), who=person.id)
    assert rows.count("refused not-found: GET /v1/referrals/(id)") == ledger.PER_PERSON
    hub.restart()
    person.sign_in()
    auditor.sign_in()
    rows = told(all_records(auditor), who=person.id)
    assert "refused not-found: GET /v1/referrals/(id), 70 more within a minute" in rows, "counted when the hub stops"


def test_what_strangers_can_make_the_hub_write_is_bounded() -> None:
    clock = ManualClock()
    repeats: Repeats[str] = Repeats(clock, "others")
    alone = [repeats.admit(f"name-{i}", [((i,), 5), ("all", 60)]) for i in range(100_000)]
    assert sum(alone) == 60
    counted = dict(repeats.counted())
    assert (len(counted), sum(counted.values())) == (KINDS + 1, 100_000 - 60)
    assert not repeats.over()
    clock.advance(60)
    assert repeats.over()
    assert repeats.admit("name-1", [((1,), 5), ("all", 60)])


@pytest.mark.log_errors_expected("the disk is full on purpose")
def test_a_case_opens_with_a_full_disk_and_the_look_is_written_when_there_is_room(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    rid = hub.put_flag("A-1").json["referral_id"]
    assert hub.running is not None
    inner = hub.running.hub
    with inner._database.writer.begin() as connection:
        # the file's last page may have room for a row: a table that fills it leaves none
        connection.exec_driver_sql("CREATE TABLE filler (x)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    while inner.ledger.unwritten == 0:
        assert person.case(rid)["version"] == 1, "reading goes on"
    with inner._database.writer.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert person.case(rid)["version"] == 1
    until(lambda: inner.ledger.unwritten == 0, 60, "the row to be written")
    rows = told(all_records(auditor), who=person.id, referral_id=rid)
    assert rows[-2:] == ["opened case (written later)", "opened case"]


def test_many_readers_share_few_commits(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=3600))
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    assert hub.running is not None
    inner = hub.running.hub
    commits: list[int] = []
    write = inner.ledger._job

    def counted(tx: Any, batch: Any, **rest: Any) -> None:
        commits.append(len(batch.rows))
        write(tx, batch, **rest)

    inner.ledger._job = counted  # type: ignore[assignment, method-assign]
    with inner._database.writer.begin():
        # the writer is held: whoever reads meanwhile waits together
        got = _at_once(person, rid, 8, until_waiting=lambda: inner.ledger._open is not None)
    answers = got()
    assert [one.status for one in answers] == [200] * 8
    assert sum(commits) == 8
    assert len(commits) <= 3


def _at_once(person: Person, rid: str, number: int, until_waiting: Callable[[], bool]) -> Callable[[], list[Got]]:
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(number)
    jobs = [pool.submit(person.get, f"/v1/referrals/{rid}") for _ in range(number)]
    until(until_waiting, 30, "a reader to wait")

    def finish() -> list[Got]:
        found = [job.result(60) for job in jobs]
        pool.shutdown()
        return found

    return finish


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'nobody' WHERE n = 1",
        "DELETE FROM audit WHERE n = 1",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE n = 1",
        "INSERT INTO audit SELECT n + 7, at, who, desk, what, referral_id, commitment, prev, hash FROM audit LIMIT 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(shared: TestHub, name: str, statement: str) -> None:
    shared.person(name)
    assert shared.running is not None
    with pytest.raises(IntegrityError, match="audit log"), shared.running.hub._database.writer.begin() as connection:
        connection.exec_driver_sql(statement)


def test_what_clients_say_enters_the_log_only_as_words_and_ids(hub: TestHub) -> None:
    person, auditor = hub.person("asha"), hub.person("lekha", "auditor", "rajasthan")
    phone = "+91 00000 00041"
    person.command("view", phone, {"fields": ["तन्वी"]})
    person.command('तन्वी "x"\\', phone, {})
    person.command("view", hub.put_flag("A-1").json["referral_id"], {"fields": ["subject.name", phone, "तन्वी नमूना"]})
    records = all_records(auditor)
    recomputed(records)
    everything = json.dumps(records, ensure_ascii=False)
    assert phone not in everything
    assert "तन्वी" not in everything
    assert "command view: subject.name and 2 more" in told(records, who=person.id)


def test_a_command_another_person_sent_is_its_authors_deed() -> None:
    assert words.of_command("note", 201, {}, "op-2") == "command note (sent by op-2)"
    assert words.of_command("close", 422, {}) == "command close refused: 422"
    assert words.of_command("view", 201, {"fields": "all"}) == "command view: nothing named"


def test_every_row_can_be_opened_until_its_salt_is_erased(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    body = json.dumps(person.envelope("note", rid, NOTE)).encode()
    command_id = new_uuid()
    person.put(command_id, body)
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        query = select(audit, audit_salts).join(audit_salts, audit.c.n == audit_salts.c.n)
        row = connection.execute(query.where(audit_salts.c.command_id == command_id)).one()
    assert row.commitment == hashlib.sha256(row.salt + hashlib.sha256(body).digest()).hexdigest()


def test_the_head_of_the_empty_log_is_what_every_log_begins_with(hub: TestHub) -> None:
    person = hub.person("asha")
    head = person.get("/v1/audit/head?n=0")
    assert (head.status, head.json["n"], head.json["hash"]) == (200, 0, "0" * 64)
