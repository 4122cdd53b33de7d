"""The hub was put back to an older copy: what desks were told is done must not be lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.hub.stories import AWAY, NOTE, done, flagged, in_hand, kinds, told

HOUR = 3600
INFORM = {"unit": "kunhadi"}


class Copy:
    """A copy of a stopped hub's file, and the hub's life after it was put back."""

    def __init__(self, hub: TestHub) -> None:
        self.hub = hub
        self.kept = hub.db.with_name("copy.db")
        hub.source()  # known to the copy too
        hub.stop()
        shutil.copyfile(hub.db, self.kept)
        hub.start()

    def put_back(self) -> tuple[str, str]:
        """Restore as an administrator does: the old file, a new epoch; gives back both epochs."""
        hub = self.hub
        hub.stop()
        for tail in ("-wal", "-shm"):
            hub.db.with_name(hub.db.name + tail).unlink(missing_ok=True)
        shutil.copyfile(self.kept, hub.db)
        raw, new = hub.raw(), new_uuid()
        old = str(raw.execute("SELECT value FROM facts WHERE name = 'epoch'").fetchone()[0])
        raw.execute("INSERT OR IGNORE INTO epochs (epoch, began_at) VALUES (?, 0)", (old,))
        raw.execute("UPDATE facts SET value = ? WHERE name = 'epoch'", (new,))
        raw.execute("UPDATE facts SET value = ? WHERE name = 'epoch_began'", (hub.clock.now().iso(),))
        raw.commit()
        raw.close()
        hub.start()
        hub.source().sign_in()
        return old, new


class Desk:
    """A desk that remembers what it sent, byte for byte, as a console does."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.sent: list[tuple[str, bytes]] = []

    def enter(self, kind: str, rid: str, payload: dict[str, Any], **fields: Any) -> Got:
        command_id = new_uuid()
        body = json.dumps(self.person.envelope(kind, rid, payload, **fields)).encode()
        self.sent.append((command_id, body))
        return self.person.put(command_id, body)

    def offer(self, epoch: str | None) -> list[Got]:
        """Everything once more, in the order of n, under the epoch it was entered in."""
        headers = {} if epoch is None else {"Replay-Of-Epoch": epoch}
        return [self.person.put(command_id, body, **headers) for command_id, body in self.sent]


def test_nothing_a_desk_was_told_is_done_is_lost(hub: TestHub) -> None:
    person = hub.person("asha")
    early = in_hand(person, hub, "A-1")
    copy = Copy(hub)
    desk = Desk(person)
    late = flagged(hub, "A-2")
    assert desk.enter("inform", early, INFORM, seen=2).status == 201
    assert desk.enter("acknowledge", late, {"through": 1}).status == 201
    assert desk.enter("note", late, NOTE, happened_at="2026-11-23T01:00:00.000Z").status == 201
    number = person.case(late)["number"]

    old, new = copy.put_back()
    assert person.epoch() == new
    person.sign_in()
    assert person.get(f"/v1/referrals/{late}").status == 404
    assert [told(got) for got in desk.offer(old)[1:]] == [(503, "unavailable", False)] * 2, "not yet, and not refused"
    assert hub.put_flag("A-2").json["referral_id"] == late, "the flag sent again is the same case"
    assert [got.status for got in desk.offer(old)] == [200, 201, 201]
    case = person.case(late)
    assert (case["state"], case["counts"]["notes"], case["holder"]["operator_id"]) == ("acknowledged", 1, person.id)
    assert person.case(early)["state"] == "informed"
    note = person.get(f"/v1/referrals/{late}/events").json["events"][-1]
    assert (note["at"], note["command_id"]) == ("2026-11-23T01:00:00.000Z", desk.sent[-1][0]), "the command's times"
    assert [got.status for got in desk.offer(old)] == [200, 200, 200], "and once more it changes nothing"
    assert person.case(late)["version"] == case["version"]
    assert number is not None


def test_what_was_in_the_copy_is_answered_as_before(hub: TestHub) -> None:
    person = hub.person("asha")
    desk = Desk(person)
    rid = flagged(hub, "A-1")
    first = desk.enter("acknowledge", rid, {"through": 1})
    copy = Copy(hub)
    old, _ = copy.put_back()
    person.sign_in()
    (again,) = desk.offer(old)
    assert (again.status, again.raw, again.headers["idempotent-replayed"]) == (200, first.raw, "true")


def test_what_the_case_has_gone_past_is_kept_and_changes_nothing(hub: TestHub) -> None:
    asha, ravi = hub.person("asha"), hub.person("ravi")
    rid = in_hand(asha, hub, "A-1")
    copy = Copy(hub)
    desk = Desk(asha)
    assert desk.enter("depart", rid, {"unit": "kunhadi"}, seen=2).status == 201
    old, _ = copy.put_back()
    asha.sign_in()
    ravi.sign_in()
    boss = hub.person("boss", "supervisor")
    done(boss, "contact", rid, {"in_person": True, "who": "गश्ती दल"})
    before = ravi.case(rid)
    (got,) = desk.offer(old)
    assert (got.status, got.json["outcome"], got.json["version"]) == (201, "superseded", before["version"] + 1)
    event = ravi.get(f"/v1/referrals/{rid}/events").json["events"][-1]
    assert (event["kind"], event["data"]["superseded"], event["by"]["operator_id"]) == ("departed", True, asha.id)
    after = ravi.case(rid)
    for told_by_clock in ("version", "updated_at"):
        before.pop(told_by_clock)
        after.pop(told_by_clock)
    assert after == before


def test_seen_and_the_authors_sign_in_are_not_checked_and_the_desk_is(hub: TestHub) -> None:
    asha, ravi = hub.person("asha"), hub.person("ravi")
    rid = in_hand(asha, hub, "A-1")
    copy = Copy(hub)
    Person(hub.url, "ravi", asha.workstation)  # a sign-in that the copy does not know
    old, _ = copy.put_back()
    asha.sign_in()
    body = asha.envelope("note", rid, NOTE, author=ravi.id)
    offered = {"Replay-Of-Epoch": old}
    plain = asha.send("PUT", f"/v1/commands/{new_uuid()}", body)
    assert told(plain) == (403, "unknown-author", False), "without the header all of it is checked"
    elsewhere = {**body, "workstation": new_uuid()}
    got = asha.send("PUT", f"/v1/commands/{new_uuid()}", elsewhere, **offered)
    assert told(got) == (403, "unknown-author", False), "a desk brings its own queue only"
    got = asha.send("PUT", f"/v1/commands/{new_uuid()}", body, **offered)
    assert got.status == 201, got.raw
    assert asha.get(f"/v1/referrals/{rid}/events").json["events"][-1]["by"]["sent_by"] == asha.id
    ahead = asha.envelope("inform", rid, INFORM, seen=40)
    assert asha.send("PUT", f"/v1/commands/{new_uuid()}", ahead).code == "version-mismatch"
    assert asha.send("PUT", f"/v1/commands/{new_uuid()}", ahead, **offered).status == 201


def test_an_epoch_this_hub_never_had_says_nothing(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = in_hand(person, hub, "A-1")
    for epoch in (new_uuid(), "", person.epoch()):
        body = person.envelope("inform", rid, INFORM, seen=40)
        got = person.send("PUT", f"/v1/commands/{new_uuid()}", body, **{"Replay-Of-Epoch": epoch})
        assert told(got) == (412, "version-mismatch", True)
        gone = person.envelope("note", new_uuid(), NOTE)
        got = person.send("PUT", f"/v1/commands/{new_uuid()}", gone, **{"Replay-Of-Epoch": epoch})
        assert told(got) == (404, "not-found", True)


def test_a_case_may_come_back_for_a_day_and_is_then_not_found(make_hub: Callable[..., TestHub]) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    person = hub.person("asha")
    copy = Copy(hub)
    old, _ = copy.put_back()
    person.sign_in()
    command_id = new_uuid()
    body = json.dumps(person.envelope("note", new_uuid(), NOTE)).encode()
    got = person.put(command_id, body, **{"Replay-Of-Epoch": old})
    assert told(got) == (503, "unavailable", False)
    assert 1 <= int(got.headers["retry-after"]) <= 300
    clock.advance(24 * HOUR - 60)
    person.sign_in()
    assert person.put(command_id, body, **{"Replay-Of-Epoch": old}).status == 503
    clock.advance(120)
    person.sign_in()
    assert told(person.put(command_id, body, **{"Replay-Of-Epoch": old})) == (404, "not-found", True)


def test_what_somebody_set_after_the_restore_is_not_set_back(hub: TestHub) -> None:
    asha, ravi = hub.person("asha"), hub.person("ravi")
    rid = in_hand(asha, hub, "A-1")
    copy = Copy(hub)
    desk = Desk(asha)
    old_room, warden = ({"field": f"subject.{name}", "to": "पुराना"} for name in ("room", "warden"))
    before = {"happened_at": "2026-11-23T01:00:00.000Z"}
    assert desk.enter("update", rid, {"set": [old_room]}, seen=2, **before).status == 201
    assert desk.enter("update", rid, {"set": [old_room, warden]}, seen=3, **before).status == 201
    old, _ = copy.put_back()
    asha.sign_in()
    ravi.sign_in()
    done(ravi, "update", rid, {"set": [{"field": "subject.room", "to": "नया"}]}, happened_at="2026-11-23T02:00:00.000Z")
    got = desk.offer(old)
    assert [(one.status, one.json["outcome"]) for one in got] == [(201, "superseded"), (201, "applied")]
    case = ravi.case(rid)
    assert (case["subject"]["room"], case["subject"]["warden"]) == ("नया", "पुराना")
    events = ravi.get(f"/v1/referrals/{rid}/events").json["events"][-3:]
    assert [(one["data"].get("superseded", False), len(one["data"]["set"])) for one in events] == [
        (True, 1), (True, 1), (False, 1),
    ]  # fmt: skip
    assert got[1].json["event_ids"] == [one["event_id"] for one in events[1:]]


@pytest.mark.parametrize(
    ("kind", "member", "after_a_day"),
    [("close", "duplicate_of", (422, "invalid")), ("link", "to", (201, ""))],
)  # fmt: skip
def test_a_case_that_another_one_names_may_come_back_too(
    make_hub: Callable[..., TestHub], kind: str, member: str, after_a_day: tuple[int, str]
) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    person = hub.person("asha")
    early = in_hand(person, hub, "A-1")
    copy = Copy(hub)
    desk, lost = Desk(person), new_uuid()
    late = flagged(hub, "A-2")
    said = {"code": "duplicate", "summary": "वही व्यक्ति"} if kind == "close" else {"kind": "related"}
    assert desk.enter(kind, early, {**said, member: late}, seen=2).status == 201
    old, _ = copy.put_back()
    person.sign_in()

    (got,) = desk.offer(old)
    assert told(got) == (503, "unavailable", False), "a terminal refusal would set it aside for good"
    assert 1 <= int(got.headers["retry-after"]) <= 300
    assert person.case(early)["version"] == 2
    assert flagged(hub, "A-2") == late
    (got,) = desk.offer(old)
    assert (got.status, got.json["outcome"]) == (201, "applied")
    assert late in {link["to"] for link in person.case(early)["links"]} or person.case(early)["state"] == "closed"
    assert early in {link["to"] for link in person.case(late)["links"]}

    other = in_hand(person, hub, "A-3")
    never = json.dumps(person.envelope(kind, other, {**said, member: lost}, seen=2)).encode()
    command_id = new_uuid()
    assert told(person.put(command_id, never, **{"Replay-Of-Epoch": old})) == (503, "unavailable", False)
    clock.advance(24 * HOUR)
    person.sign_in()
    got = person.put(command_id, never, **{"Replay-Of-Epoch": old})
    assert (got.status, got.code if got.status >= 400 else "") == after_a_day
    assert got.status != 201 or got.json["outcome"] == "superseded"


def test_what_would_not_be_done_anyway_waits_for_no_other_case(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = in_hand(person, hub, "A-1")
    done(person, "close", rid, {"code": "accepted_elsewhere", "summary": "...", "accepted_by":
         {"name": "N", "rank": "R", "body": "B", "kind": "hospital"}})  # fmt: skip
    copy = Copy(hub)
    old, _ = copy.put_back()
    person.sign_in()
    offered = {"Replay-Of-Epoch": old}
    closing = person.envelope("close", rid, {"code": "duplicate", "summary": "...", "duplicate_of": new_uuid()}, seen=3)
    got = person.send("PUT", f"/v1/commands/{new_uuid()}", closing, **offered)
    assert (got.status, got.json["outcome"]) == (201, "superseded"), "the case has gone past it"
    unfit = person.envelope("link", rid, {"kind": "cousin", "to": new_uuid()}, seen=3)
    assert told(person.send("PUT", f"/v1/commands/{new_uuid()}", unfit, **offered)) == (422, "invalid", True)


def test_a_command_sent_before_its_desk_knew_of_the_restore_is_not_lost(hub: TestHub) -> None:
    person = hub.person("asha")
    copy = Copy(hub)
    desk = Desk(person)
    late = flagged(hub, "A-2")
    assert desk.enter("acknowledge", late, {"through": 1}).status == 201
    old, _ = copy.put_back()
    person.sign_in()
    assert [told(got) for got in desk.offer(None)] == [(404, "not-found", True)], "without a word of the old epoch"
    assert [told(got) for got in desk.offer(old)] == [(503, "unavailable", False)]
    assert hub.put_flag("A-2").json["referral_id"] == late
    assert [told(got) for got in desk.offer(None)] == [(404, "not-found", True)], "that answer stands by itself"
    assert [got.status for got in desk.offer(old)] == [201]
    assert [got.status for got in desk.offer(None)] == [200], "and is from now on what the command was answered"
    assert person.case(late)["holder"]["operator_id"] == person.id


def test_an_acceptance_that_arrives_before_the_question_waits_for_it(hub: TestHub) -> None:
    """Two desks of two units: the hub does not know any more that the case was on its way."""
    kota, jhunjhunu = hub.person("asha"), hub.person("ravi", unit="jhunjhunu")
    rid = in_hand(kota, hub, "A-1")
    copy = Copy(hub)
    sender, taker = Desk(kota), Desk(jhunjhunu)
    assert sender.enter("forward", rid, AWAY, seen=2).status == 201
    assert taker.enter("accept", rid, {}, seen=3).status == 201
    assert taker.enter("note", rid, NOTE).status == 201
    old, _ = copy.put_back()
    kota.sign_in()
    jhunjhunu.sign_in()
    assert [got.status for got in taker.offer(old)] == [503, 503]
    assert [got.status for got in sender.offer(old)] == [201]
    assert [got.status for got in taker.offer(old)] == [201, 201]
    case = jhunjhunu.case(rid)
    assert (case["unit"], case["holder"]["operator_id"], case["counts"]["notes"]) == ("jhunjhunu", jhunjhunu.id, 1)
    assert kinds(kota, "kota-city", rid)[-2:] == ["accepted", "left_scope"]
    assert kota.case(rid)["stub"] is True


def test_an_opening_offered_again_is_a_case_again_with_what_was_written_to_it(hub: TestHub) -> None:
    person = hub.person("asha")
    copy = Copy(hub)
    desk, rid = Desk(person), new_uuid()
    assert desk.enter("open", rid, {"received_via": "phone"}).status == 201
    assert desk.enter("note", rid, NOTE).status == 201
    old, _ = copy.put_back()
    person.sign_in()
    assert [got.status for got in desk.offer(old)] == [201, 201]
    assert person.case(rid)["counts"]["notes"] == 1


def test_flags_that_come_back_in_another_order_lead_their_commands_to_one_case(hub: TestHub) -> None:
    """The first flag of an account gave the case its id; sent again after the second it joins that one's case."""
    person = hub.person("asha")
    copy = Copy(hub)
    desk = Desk(person)
    rid = flagged(hub, "A-1", account="same")
    assert hub.put_flag("A-2", account="same").json["referral_id"] == rid
    assert desk.enter("note", rid, NOTE).status == 201
    old, _ = copy.put_back()
    person.sign_in()
    second = hub.put_flag("A-2", account="same").json["referral_id"]
    assert hub.put_flag("A-1", account="same").json["referral_id"] == second != rid
    (got,) = desk.offer(old)
    assert (got.status, got.json["referral_id"]) == (201, second)
    assert person.case(second)["counts"]["notes"] == 1
