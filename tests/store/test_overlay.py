"""This desk's commands laid over what the hub says: the case, the list, the alarms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kotaconsole.domain.commands import Acknowledge, Close, Contact, Inform, MakeSlip, Note, Open
from kotaconsole.domain.outbox import Answer
from kotaconsole.domain.referral import Alarm
from kotaconsole.store import Store
from tests.people import TWO_AM, bare
from tests.store.desk import FEED, author, event, held, listed, page, ringing, shown, snapshot

pytestmark = pytest.mark.store


def test_what_is_saved_here_is_shown_at_once_over_what_the_hub_said(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1", 4))])
    who, queue = author(store), store.commands.queue
    queue("acknowledge", "c1", Acknowledge(4), author=who)
    assert (shown(store).state, shown(store).alarm, shown(store).version) == ("acknowledged", None, 4)
    queue("inform", "c1", Inform("kunhadi"), author=who, seen=4)
    queue("note", "c1", Note("टिप्पणी"), author=who)
    queue("contact", "c1", Contact(True, "थानाधिकारी"), author=who, seen=4)
    case = shown(store)
    assert (case.state, case.counts.notes, case.holder and case.holder.name) == ("contact_made", 1, "R. Meena")
    queue("close", "c1", Close("counselled", "समझाइश"), author=who, seen=4)
    (row,) = store.queries.rows(TWO_AM)
    assert (row.state, row.pending, row.version) == ("closed", 5, 4), "it stays in sight until the hub has it"
    assert [line.mark for line in store.queries.case("c1", TWO_AM).timeline] == ["pending"] * 5  # type: ignore[union-attr]


def test_an_acknowledged_command_stays_in_sight_until_its_event_comes_and_then_counts_once(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held(version=2))])
    note = store.commands.queue("note", "c1", Note("एक"), author=author(store))
    assert (shown(store).counts.notes, listed(store)) == (1, ["c1"])
    store.commands.answered(note.command_id, Answer(applied=True, version=3))
    view = store.queries.case("c1", TWO_AM)
    assert view is not None
    assert view.case is not None
    assert (view.case.counts.notes, view.row.pending) == (1, 0)
    assert [(line.mark, line.entry is not None) for line in view.timeline] == [("hub", True)]
    after = held(version=3, counts=replace(held().counts, notes=1))
    store.commands.apply_page(FEED, page(event(1, after, kind="note_added", command_id=note.command_id)))
    view = store.queries.case("c1", TWO_AM)
    assert view is not None
    assert view.case is not None
    assert view.case.counts.notes == 1
    assert [(line.mark, line.event is not None) for line in view.timeline] == [("hub", True)]


def test_an_event_that_comes_before_the_answer_counts_once_too(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held(version=2))])
    note = store.commands.queue("note", "c1", Note("एक"), author=author(store))
    after = held(version=3, counts=replace(held().counts, notes=1))
    store.commands.apply_page(FEED, page(event(1, after, kind="note_added", command_id=note.command_id)))
    assert shown(store).counts.notes == 1
    assert store.queries.queue() == (note,), "it is still to be sent: only the hub's answer settles it (I2)"


def test_a_snapshot_that_holds_the_command_already_counts_it_once(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held(version=2))])
    note = store.commands.queue("note", "c1", Note("एक"), author=author(store))
    store.commands.answered(note.command_id, Answer(applied=True, version=3))
    store.commands.swap_snapshot(FEED, [snapshot(held(version=7, counts=replace(held().counts, notes=1)))])
    assert shown(store).counts.notes == 1


def test_what_the_rules_would_refuse_changes_nothing_here(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    store.commands.queue("inform", "c1", Inform("kunhadi"), author=author(store), seen=1)
    assert (shown(store).state, shown(store).informed) == ("new", ()), "only the hub says whether it is refused"
    store.commands.queue(
        "slip", "c1", MakeSlip("K1-261123-01", "station", "kunhadi", "spooled", 1), author=author(store)
    )
    assert shown(store).slips[0].number == "K1-261123-01"


def test_alarms_are_what_is_stored_less_what_this_desk_has_acknowledged(store: Store) -> None:
    """I12."""
    case = ringing("c1", 4, level="P1", training=True)
    store.commands.swap_snapshot(FEED, [snapshot(case, held("c2"))])
    queue, who = store.commands.queue, author(store)
    (alarm,) = store.queries.alarms()
    assert (alarm.key, alarm.through, alarm.level, alarm.training, alarm.cause) == ("c1", 4, "P1", True, "flag")
    queue("acknowledge", "c1", Acknowledge(3), author=who)
    assert store.queries.alarms() == (alarm,), "an acknowledgement that does not go far enough silences nothing"
    ack = queue("acknowledge", "c1", Acknowledge(4), author=who)
    assert store.queries.alarms() == ()
    newer = replace(case, version=5, alarm=Alarm(TWO_AM, 5, "repeat"))
    store.commands.apply_page(FEED, page(event(1, newer, kind="flag_repeated")))
    assert [one.through for one in store.queries.alarms()] == [5], "a new flag rings again"
    assert listed(store)[0] == "c2" or store.queries.rows(TWO_AM)[0].ringing
    queue("acknowledge", "c1", Acknowledge(5), author=who)
    assert store.queries.alarms() == ()
    for entry in store.queries.queue():
        store.commands.answered(entry.command_id, Answer(applied=False, terminal=True, problem="held"))
    assert [one.through for one in store.queries.alarms()] == [5], "refused: it rings again"
    assert store.queries.row("c1", TWO_AM).refused == 3  # type: ignore[union-attr]
    assert ack.fate == "queued"


def test_an_acknowledgement_of_an_older_epoch_silences_nothing(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1", 9))])
    entry = store.commands.queue("acknowledge", "c1", Acknowledge(9), author=author(store))
    store.commands.answered(entry.command_id, Answer(applied=True, version=10))
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1", 2), epoch="e2")])
    assert [one.through for one in store.queries.alarms()] == [2]
    assert store.queries.rows(TWO_AM)[0].ringing
    assert store.queries.rows(TWO_AM)[0].state == "new"


def test_a_case_opened_here_is_listed_before_the_hub_has_it(store: Store) -> None:
    report = {"kind": "post", "account": {"display_name": "नमूना"}, "signals": ["plan"]}
    store.commands.queue("open", "new-case", Open("phone", report), author=author(store))
    (row,) = store.queries.rows(TWO_AM)
    assert (row.key, row.state, row.pending, row.who) == ("new-case", "acknowledged", 1, "नमूना")
    store.commands.queue("note", "unknown-case", Note("x"), author=author(store))
    assert listed(store) == ["new-case"]
    assert store.queries.row("unknown-case", TWO_AM) is None


def test_a_late_note_keeps_a_closed_case_in_sight_until_it_is_sent(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(bare(id="c1", version=3, state="closed"))])
    assert listed(store) == []
    note = store.commands.queue("note", "c1", Note("बाद में"), author=author(store))
    assert listed(store) == ["c1"]
    store.commands.answered(note.command_id, Answer(applied=True, version=4))
    assert listed(store) == []


def test_a_refused_note_stands_where_it_was_entered_and_unsent_ones_last(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held(version=1))])
    refused = store.commands.queue("note", "c1", Note("मना"), author=author(store))
    store.commands.queue("note", "c1", Note("बाकी"), author=author(store))
    store.commands.answered(refused.command_id, Answer(applied=False, terminal=True, problem="invalid"))
    early = event(1, held(version=2), kind="acknowledged", recorded_at=TWO_AM.plus(minutes=-1))
    late = event(2, held(version=3), kind="informed", recorded_at=TWO_AM.plus(minutes=1))
    store.commands.apply_page(FEED, page(early, late))
    view = store.queries.case("c1", TWO_AM)
    assert view is not None
    assert [(line.mark, line.kind) for line in view.timeline] == [
        ("hub", "acknowledged"), ("refused", "note"), ("hub", "informed"), ("pending", "note"),
    ]  # fmt: skip
