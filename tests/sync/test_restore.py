"""A hub goes back to an older backup: what desks were told was applied comes back, and nothing is done twice."""

from __future__ import annotations

from pathlib import Path

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Acknowledge, Author, Note
from kotaconsole.domain.outbox import Answer
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.restore import restore
from kotaconsole.hub.storage.backup import write_backup
from kotaconsole.store import open_store
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.sync.desks import KEY, TestDesk


class Then:
    """A clock the test sets."""

    def __init__(self) -> None:
        self.at = Instant(1_700_000_000_000)

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return 0.0


def back_up(hub: TestHub, name: str = "old.backup") -> Path:
    to = hub.db.parent / name
    write_backup(f"sqlite:///{hub.db}", None, to)
    return to


def go_back(hub: TestHub, to: Path) -> None:
    hub.stop()
    restore(f"sqlite:///{hub.db}", None, to, WallClock().now())
    hub.start()


def notes_of(person: Person, rid: str) -> list[str]:
    events = person.get(f"/v1/referrals/{rid}/events?limit=500").json["events"]
    return [event["data"]["text"] for event in events if event["kind"] == "note_added"]


def test_what_was_acknowledged_after_the_backup_is_offered_again_and_comes_back_once(
    hub: TestHub, desk: TestDesk
) -> None:
    first = hub.put_flag("A-1").json["referral_id"]
    desk.until(desk.rows, "the flag is here")
    desk.note(first, "before the backup")
    desk.until_sent()
    backup = back_up(hub)
    version = desk.rows()[0].version
    desk.store.commands.queue("acknowledge", first, Acknowledge(through=version), author=desk.author, seen=version)
    for number in range(3):
        desk.note(first, f"after the backup {number}")
    desk.until_sent()
    epoch = desk.store.queries.cursor("kota-city").epoch  # type: ignore[union-attr]
    asked_before = Person(hub.url, "meena", new_uuid())
    assert notes_of(asked_before, first)[-1] == "after the backup 2"

    go_back(hub, backup)

    desk.until(lambda: desk.store.queries.cursor("kota-city").epoch != epoch, "the new epoch is here")  # type: ignore[union-attr]
    desk.until_sent()
    asked = Person(hub.url, "meena", new_uuid())
    kept = ["before the backup", *(f"after the backup {number}" for number in range(3))]
    desk.until(lambda: notes_of(asked, first) == kept, "every note is there once, in its order")
    case = asked.case(first)
    assert (case["state"], case["alarm"]) == ("acknowledged", None)
    assert not desk.store.queries.refused(), "nothing is left for a person to decide"


def test_a_case_the_restored_hub_has_not_yet_is_waited_for_and_holds_up_no_other(hub: TestHub, desk: TestDesk) -> None:
    known = hub.put_flag("A-1").json["referral_id"]
    backup = back_up(hub)
    lost = hub.put_flag("LOST-1").json["referral_id"]
    desk.until(lambda: len(desk.rows()) == 2, "both flags are here")
    waiting = desk.note(lost, "on a case that is gone")
    desk.until_sent()

    go_back(hub, backup)

    def asked() -> bool:
        (head,) = [one for one in desk.store.queries.heads("kota-city") if one.command_id == waiting.command_id] or [
            None
        ]
        return head is not None and head.last_problem == "unavailable"

    desk.until(asked, "the hub says that the case may still come back")
    desk.note(known, "the others go on")
    desk.until(lambda: desk.store.queries.to_send() == 1, "only the case that is gone waits")
    assert not desk.store.queries.refused(), "nothing that was applied once is set aside"


def test_offering_again_happens_once_and_survives_a_crash_between_list_and_queue(hub: TestHub, desk: TestDesk) -> None:
    rid = hub.put_flag("A-1").json["referral_id"]
    desk.until(desk.rows, "the flag is here")
    desk.note(rid, "x")
    desk.until_sent()
    assert desk.store.commands.offer_again("another-epoch") == 1
    assert desk.store.commands.offer_again("another-epoch") == 0
    desk.until_sent()
    assert desk.store.commands.offer_again("another-epoch") == 0, "an answer does not make it new"


def test_what_a_person_has_dealt_with_is_not_offered_again(hub: TestHub, desk: TestDesk) -> None:
    missing = new_uuid()
    entry = desk.note(missing, "to nobody")
    desk.until(desk.store.queries.refused, "it is refused")
    desk.store.commands.set_aside(entry.command_id, "seen")
    assert desk.store.commands.offer_again("another-epoch") == 0


def test_older_than_ninety_days_stays_at_rest(tmp_path: Path) -> None:
    clock = Then()
    store = open_store(tmp_path, KEY, clock=clock)
    try:
        author = Author("u", "A", "operator", "kota-city", store.workstation, "K1")
        old = store.commands.queue("note", new_uuid(), Note("old"), author=author)
        clock.at = clock.at.plus(days=91)
        young = store.commands.queue("note", new_uuid(), Note("young"), author=author)
        for entry in (old, young):
            store.commands.answered(entry.command_id, Answer(applied=True, version=1))
        assert store.commands.offer_again("first") == 0, "the first list a desk sees is nobody's restore"
        assert store.commands.offer_again("second") == 1
        assert [entry.command_id for entry in store.queries.heads("kota-city")] == [young.command_id]
    finally:
        store.close()
