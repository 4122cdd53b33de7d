"""A flag comes in, an action goes out, and both are the same on either side: with a real hub."""

from __future__ import annotations

import pytest

from kotaconsole.domain.commands import Acknowledge, Close, Contact, Inform
from tests.hub.fixtures import TestHub
from tests.sync.desks import TestDesk

pytestmark = pytest.mark.sync


def events(hub: TestHub, desk: TestDesk, referral_id: str) -> list[str]:
    client = desk.client()
    found = client.timeline(referral_id).events
    client.close()
    return [str(event.data["text"]) if event.kind == "note_added" else event.kind for event in found]


def test_a_flag_is_listed_and_rings_until_it_is_acknowledged(hub: TestHub, desk: TestDesk) -> None:
    key = hub.put_flag("ref-1", signals=["means_in_hand"]).json["referral_id"]

    (row,) = desk.until(desk.rows, "the case is listed")
    assert (row.key, row.level, row.ringing, row.state) == (key, "P1", True, "new")
    (alarm,) = desk.store.queries.alarms()
    assert (alarm.key, alarm.level, alarm.cause) == (key, "P1", "flag")

    desk.store.commands.queue("acknowledge", key, Acknowledge(alarm.through), author=desk.author)
    # the same instant, whatever the hub says later
    assert desk.store.queries.alarms() == ()
    desk.until_sent()
    desk.until(lambda: desk.rows()[0].version > row.version, "the hub's event came back")
    (row,) = desk.rows()
    assert (row.state, row.ringing, row.pending) == ("acknowledged", False, 0)


def test_a_whole_case_goes_to_its_end_and_leaves_the_list(hub: TestHub, desk: TestDesk) -> None:
    key = hub.put_flag("ref-2").json["referral_id"]
    (row,) = desk.until(desk.rows, "the case is listed")
    queue, author = desk.store.commands.queue, desk.author
    queue("acknowledge", key, Acknowledge(row.version), author=author)
    queue("inform", key, Inform("kunhadi"), author=author, seen=row.version)
    slip = desk.store.commands.reserve_slip(key, form="station", unit="kunhadi", desk="K1", author=author)
    desk.store.commands.slip_status(slip.number, "spooled")
    queue("contact", key, Contact(in_person=True, who="थानाधिकारी"), author=author, seen=row.version)
    queue("close", key, Close("counselled", "समझाइश की गई"), author=author, seen=row.version)
    desk.until_sent()
    desk.until(lambda: not desk.rows(), "the closed case left the list")
    assert desk.store.queries.refused() == ()
    assert events(hub, desk, key) == [
        "flag_received", "acknowledged", "informed", "slip", "contact_made", "closed",
    ]  # fmt: skip
    assert desk.store.queries.counts().closed == 1


def test_notes_written_while_the_hub_is_away_are_there_once_and_in_order(hub: TestHub, desk: TestDesk) -> None:
    one, two = (hub.put_flag(f"ref-{n}").json["referral_id"] for n in (3, 4))
    desk.until(lambda: len(desk.rows()) == 2, "both cases are listed")
    desk.note(one, "पहली")
    hub.stop()
    for n in range(10):
        desk.note(one if n % 2 else two, f"ऑफलाइन {n}")
    desk.until(lambda: desk.engine and desk.engine.link.state in ("degraded", "lost"), "the link is seen to be down")
    assert len(desk.rows()) == 2, "a hub that is away empties nothing"
    desk.until(lambda: desk.links[-1].to_send >= 10, "the strip says how much waits")
    hub.start()
    desk.until_live()
    desk.until_sent()
    assert events(hub, desk, one) == ["flag_received", "पहली", *(f"ऑफलाइन {n}" for n in range(1, 10, 2))]
    assert events(hub, desk, two) == ["flag_received", *(f"ऑफलाइन {n}" for n in range(0, 10, 2))]


def test_a_timeline_that_came_by_snapshot_is_fetched_when_it_is_needed(
    hub: TestHub, make_desk: object, desk: TestDesk
) -> None:
    key = hub.put_flag("ref-5").json["referral_id"]
    desk.until(desk.rows, "the case is listed")
    desk.note(key, "पहले की टिप्पणी")
    desk.until_sent()
    late: TestDesk = make_desk(hub.url)  # type: ignore[operator]
    late.sign_in()
    late.start()
    late.until(late.rows, "the snapshot is there")
    assert late.store.queries.events(key) == ()
    assert late.engine is not None
    late.engine.need(key)
    late.until(lambda: len(late.store.queries.events(key)) == 2, "the timeline is whole")
    assert late.store.queries.timeline_from(key) is None
    view = late.store.queries.case(key, late.clock.now())
    assert view is not None
    assert [line.kind for line in view.timeline] == ["flag_received", "note_added"]


def test_an_offline_start_shows_the_list_of_the_last_run_at_once(hub: TestHub, desk: TestDesk) -> None:
    key = hub.put_flag("ref-6").json["referral_id"]
    desk.until(desk.rows, "the case is listed")
    desk.stop()
    hub.stop()
    assert [row.key for row in desk.rows()] == [key]
    desk.start()
    desk.until(lambda: desk.engine and desk.engine.link.state == "lost", "an old list is never shown as live")
    assert [row.key for row in desk.rows()] == [key]
    assert desk.store.queries.alarms()[0].key == key, "it still rings"


def test_the_directory_comes_and_is_not_fetched_twice(hub: TestHub, desk: TestDesk) -> None:
    desk.until(desk.store.queries.directory, "the directory is here")
    directory = desk.store.queries.directory()
    assert directory is not None
    assert directory.unit("kota-city") is not None
    client = desk.client()
    assert client.directory(desk.store.queries.directory_etag()) is None
    client.close()
