"""That what was erased is nowhere on the disk any more: not in the file, its log, its indexes or its free pages."""

from __future__ import annotations

import itertools
import json
from typing import Any

from sqlalchemy import func, select

from kotaconsole.hub.storage.tables import audit_salts, notices
from tests.hub.audit_files import bytes_on_disk
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.nights import closed, done, flagged, kept_in_order, verified


class Canaries:
    """Words that stand in one place only, so that each of them can be looked for."""

    def __init__(self, brood: str) -> None:
        self._brood = brood
        self._numbers = itertools.count(1)
        self.all: list[bytes] = []

    def word(self) -> str:
        found = f"zq{self._brood}canary{next(self._numbers):03d}zq"
        self.all.append(found.encode())
        return found

    def phone(self) -> str:
        """A number that cannot be dialled: no number in India begins with 0."""
        found = f"0{ord(self._brood) % 10}{next(self._numbers):03d}73519"
        self.all.append(found.encode())
        return found


def test_no_canary_is_left_anywhere_on_the_disk(hub: TestHub) -> None:
    """Everything personal that can be written, twice over: once it is pruned, once it is on legal hold."""
    person, boss = hub.person("asha"), hub.person("veena", "supervisor")
    gone, held = Canaries("a"), Canaries("b")
    ids = {brood: told_everything(hub, person, boss, birds) for brood, birds in (("a", gone), ("b", held))}
    for rid in ids["b"]:
        done(boss.command("hold", rid, {"on": True, "reason": held.word()}))
    # many other cases between them, so that pages are split, moved and used again
    for number in range(60):
        flagged(hub, f"other-{number}", excerpt="क" * (number * 37 % 900))
    before = bytes_on_disk(hub.db)
    stored = [bird for bird in (*gone.all, *held.all) if bird not in before]
    assert stored == [], "every canary can be seen while it lives, or not finding it later would prove nothing"
    finished = kept_in_order(hub)
    assert (finished.pruned, finished.emptied) == (2, True)
    after = bytes_on_disk(hub.db)
    assert [bird for bird in gone.all if bird in after] == []
    assert [bird for bird in held.all if bird not in after] == [], "a legal hold keeps everything"
    hub.stop()
    assert [bird for bird in gone.all if bird in bytes_on_disk(hub.db)] == []


def told_everything(hub: TestHub, person: Person, boss: Person, birds: Canaries) -> list[str]:
    """A case with a canary in every field a source or a desk can fill, and one nobody could read; closed at the end."""
    word, phone = birds.word, birds.phone
    account = {
        "platform_account_id": word(), "display_name": word(), "handle": word(), "url": f"https://example.org/{word()}",
        "phones": [phone(), phone()], "emails": [f"{word()}@example.org"],
    }  # fmt: skip
    subject = {
        name: word()
        for name in ("name", "guardian_name", "institute", "hostel", "room", "warden", "home_district", "hazards")
    }
    body = {
        "kind": "story", "excerpt": word(), "url": f"https://example.org/{word()}", "reviewer_note": word(),
        "callback_ref": word(), "signals": ["plan"], "posted_at": {"not a time": word()}, "account": account,
        "subject": {**subject, "phone": phone(), "guardian_phone": phone()},
        "locations": [{"kind": "address", "text": word(), "pincode": "324005", "source": word()}],
    }  # fmt: skip
    reference = word()
    got = hub.source().send("PUT", f"/v1/flags/instagram/{reference}", body)
    assert got.status == 202, got.raw
    rid = str(got.json["referral_id"])
    hub.source().send("PUT", f"/v1/flags/instagram/{reference}", {**body, "excerpt": word()})
    large = json.dumps({**body, "excerpt": word() * 40_000}).encode()
    unreadable = str(hub.put_raw(word(), large).json["referral_id"])
    closed(person, unreadable, word())

    def say(kind: str, payload: dict[str, Any], who: Person = person) -> Any:
        return done(who.command(kind, rid, payload, seen=person.case(rid)["version"]))

    say("acknowledge", {"through": person.case(rid)["version"]})
    say("note", {"text": f"{word()} {word()}"})
    say("note", {"text": word() + " लंबा" * 9_000})
    say("call", {"whom": "guardian", "number": phone(), "person": word(), "result": word()})
    fields = ("subject.institute", "account.display_name", "account.handle")
    say("update", {"set": [{"field": field, "to": word()} for field in fields]})
    say("add_location", {"location": {"id": new_uuid(), "kind": "operator", "text": word()}})
    say("assess", {"signals": ["plan"], "urgency": "high", "reason": word()})
    say("raise_level", {"level": "P1", "reason": word()})
    say("locate", {"plan": word(), "recheck_minutes": 10})
    say("inform", {"unit": "kunhadi", "person": word(), "rank": word(), "phone": phone()})
    number = f"K1-261123-{len(birds.all):02d}"
    slip = {"number": number, "form": "station", "unit": "kunhadi", "status": "failed", "copies": 1}
    say("slip", {**slip, "reason": word()})
    # a refusal carries the case as it stood, and its record is kept
    refused = person.command("depart", rid, {}, seen=1)
    assert refused.status in (201, 412), refused.raw
    boss.command("close", rid, {"code": "counselled", "summary": "x"}, seen=1)
    say("forward", {"to": "kota-rural", "reason": word()})
    say("accept_by_phone", {"person": word(), "rank": word(), "phone": phone()})
    say("contact", {"in_person": True, "who": word()})
    say("close", {"code": "counselled", "summary": word()})
    done(person.command("note", rid, {"text": word(), "late": True}))
    return [rid, unreadable]


def test_a_password_and_a_name_nobody_has_are_never_on_the_disk(hub: TestHub) -> None:
    hub.add_user("asha", password="zqcanary-password-1")
    for name, password in (("asha", "zqcanary-password-1"), ("asha", "zqcanary-2"), ("zqcanary-name", "zqcanary-3")):
        workstation = {"id": new_uuid(), "name": "test", "version": "0.1.0"}
        body = {"username": name, "password": password, "workstation": workstation}
        hub.anyone().send("POST", "/v1/sessions", body)
    assert b"zqcanary" not in bytes_on_disk(hub.db)
    assert b"asha" in bytes_on_disk(hub.db), "the look into the file does see names"


def test_the_notices_of_a_pruned_case_are_gone_but_for_the_last(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = flagged(hub, "A-1")
    closed(person, rid)
    kept_in_order(hub)
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        heads = connection.execute(select(notices.c.head).where(notices.c.referral_id == rid)).scalars().all()
    assert {json.loads(head)["kind"] for head in heads} == {"pruned"}


def test_salts_of_what_belongs_to_no_case_go_when_the_term_is_over(hub: TestHub) -> None:
    person = hub.person("asha")
    person.send("POST", "/v1/referrals:search", {"q": "kisi ka naam"})
    assert hub.running is not None
    with hub.running.hub._database.reader.begin() as connection:
        before = connection.execute(select(func.count()).select_from(audit_salts)).scalar()
    kept_in_order(hub)
    with hub.running.hub._database.reader.begin() as connection:
        after = connection.execute(select(func.count()).select_from(audit_salts)).scalar()
    assert before
    assert after == 0
    verified(hub)
