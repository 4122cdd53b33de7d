"""What the hub says, with this desk's commands laid over: the list, the case, the alarms."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kotaconsole.domain.changes import Changes, SnapshotPage, Timeline, UnreadableEvent, UnreadableItem
from kotaconsole.domain.commands import Acknowledge, Close, Contact, Inform, MakeSlip, Note, Open
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.outbox import Answer
from kotaconsole.domain.referral import Alarm, Holder, Referral, Stub
from kotaconsole.store import Cursor, Store
from kotaconsole.store.queries import Queries
from kotaconsole.wire import pages
from tests.people import TWO_AM, bare
from tests.store.desk import FEED, author, event, listed, page, ringing, signed_in, snapshot

pytestmark = pytest.mark.store


def held(key: str = "c1", version: int = 2, **changes: object) -> Referral:
    holder = Holder("op-meena", "R. Meena", TWO_AM, "K1")
    return bare(id=key, version=version, state="acknowledged", holder=holder, **changes)


def stub(key: str = "c1", version: int = 3) -> Stub:
    return Stub(key, version, "acknowledged", "P1", "jhunjhunu", True)


def shown(store: Store, key: str = "c1") -> Referral:
    view = store.queries.case(key, TWO_AM)
    assert view is not None
    assert view.case is not None
    assert view.row == store.queries.row(key, TWO_AM) or view.case.state == "closed"
    return view.case


def test_events_and_cursor_are_one_commit_and_again_is_nothing(store: Store) -> None:
    """I5."""
    one = page(event(1, ringing("c1")), event(2, ringing("c2")))
    assert store.commands.apply_page(FEED, one).referrals == {"c1", "c2"}
    assert store.queries.cursor(FEED) == Cursor("e1", 2)
    assert store.commands.apply_page(FEED, one) == Changes()
    overlapping = page(event(2, ringing("c2")), event(3, ringing("c3")))
    assert store.commands.apply_page(FEED, overlapping).referrals == {"c3"}
    assert listed(store) == ["c1", "c2", "c3"]


@pytest.mark.parametrize(
    "bad", [page(event(2, ringing("c1"))), page(event(1, ringing("c1")), epoch="e2")], ids=["hole", "epoch"]
)
def test_a_page_that_does_not_join_on_changes_nothing(store: Store, bad: object) -> None:
    """I6."""
    with pytest.raises(ContractBreach):
        store.commands.apply_page(FEED, bad)  # type: ignore[arg-type]
    assert (listed(store), store.queries.cursor(FEED)) == ([], Cursor("e1", 0))
    with pytest.raises(ContractBreach):
        store.commands.apply_page("never-read", page(event(1, ringing("c1"))))


@pytest.mark.log_errors_expected("a write that fails is logged")
def test_a_page_that_fails_half_way_leaves_neither_events_nor_cursor(store: Store) -> None:
    """I5, I6: the second event cannot be stored."""
    poison = event(2, ringing("c2"))
    with pytest.raises(Exception, match=r"surrogate|utf"):
        store.commands.apply_page(FEED, page(event(1, ringing("c1")), replace(poison, data={"text": "\ud800"})))
    assert (listed(store), store.queries.cursor(FEED)) == ([], Cursor("e1", 0))
    assert store.queries.events("c1") == ()


def test_the_higher_version_stays(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1", 5, level="P1"))])
    store.commands.apply_page(FEED, page(event(1, ringing("c1", 3, level="P3"))))
    assert (shown(store).version, shown(store).level) == (5, "P1")
    store.commands.apply_page(FEED, page(event(2, ringing("c1", 6, level="P2"))))
    assert (shown(store).version, shown(store).level) == (6, "P2")


def test_how_a_case_leaves_the_list(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(*(ringing(f"c{n}") for n in range(1, 5)))])
    store.commands.apply_page(FEED, page(
        event(1, bare(id="c1", version=2, state="closed"), kind="closed"),
        event(2, stub("c2", 2), kind="left_scope"),
        event(3, None, kind="left_scope", referral_id="c3", version=2),
        event(4, ringing("c9", state="closed")),
    ))  # fmt: skip
    assert listed(store) == ["c4"]
    assert [alarm.key for alarm in store.queries.alarms()] == ["c4"]
    counts = store.queries.counts()
    assert (counts.open, counts.closed) == (1, 2)
    closed = store.queries.case("c1", TWO_AM)
    assert closed is not None
    assert closed.row.state == "closed"
    assert store.queries.row("c1", TWO_AM) is None
    for gone in ("c2", "c3"):
        assert store.queries.case(gone, TWO_AM) is None
        assert store.queries.events(gone) == (), "its words are gone too"
    store.commands.apply_page(FEED, page(event(5, None, kind="pruned", referral_id="c1", version=3)))
    assert store.queries.case("c1", TWO_AM) is None
    assert store.queries.counts().closed == 1


def test_a_case_that_came_back_before_the_snapshot_is_not_thrown_out_by_its_old_leaving(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1", 9))])
    store.commands.apply_page(FEED, page(event(1, stub("c1", 4), kind="left_scope")))
    assert listed(store) == ["c1"]
    store.commands.apply_page(FEED, page(event(2, stub("c1", 10), kind="left_scope"), event(3, ringing("c1", 12))))
    assert listed(store) == ["c1"], "and one that is given back is there again"
    store.commands.apply_page(FEED, page(event(4, stub("c1", 13), kind="stub_updated")))
    assert listed(store) == []
    assert "stub_updated" not in [one.kind for one in store.queries.events("c1")]


def test_a_snapshot_takes_the_place_of_the_list_only_when_it_is_whole(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("old"), as_of=4)])

    def broken() -> Iterator[SnapshotPage]:
        yield snapshot(ringing("new"), as_of=9)
        assert listed(store) == ["old"]
        raise ContractBreach("half way")

    with pytest.raises(ContractBreach):
        store.commands.swap_snapshot(FEED, broken())
    with pytest.raises(ContractBreach):
        store.commands.swap_snapshot(FEED, [snapshot(ringing("new")), snapshot(epoch="e2")])
    with pytest.raises(ContractBreach):
        store.commands.swap_snapshot(FEED, [])
    assert (listed(store), store.queries.cursor(FEED)) == (["old"], Cursor("e1", 4))

    changes = store.commands.swap_snapshot(
        FEED, [snapshot(ringing("a"), ringing("b"), as_of=9), snapshot(ringing("a", 3), stub("s"), as_of=11)]
    )
    assert changes.everything
    assert (listed(store), store.queries.cursor(FEED)) == (["a", "b"], Cursor("e1", 9)), "what came later is read again"
    assert shown(store, "a").version == 3
    store.commands.swap_snapshot(FEED, [snapshot(as_of=12)])
    assert listed(store) == [], "a whole snapshot without cases is an answer"


def test_one_feed_never_touches_another(store: Store) -> None:
    store.commands.swap_snapshot("jhunjhunu", [snapshot(ringing("j"))])
    store.commands.swap_snapshot(FEED, [snapshot(ringing("k"))])
    assert listed(store) == ["k"]
    signed_in(store, "jhunjhunu")
    assert listed(store) == ["j"]


def test_something_unreadable_rings_on_top_until_a_person_has_seen_it(store: Store) -> None:
    raw = UnreadableEvent(1, '{"seq":1,"level":"?"}', "c1")
    told = store.commands.apply_page(FEED, page(raw, event(2, ringing("c1"))))
    assert told.rings
    first, second = store.queries.rows(TWO_AM)
    assert first.key in told.referrals, "or no window would read the new line"
    assert first.key.startswith("unreadable:kota-city:1")
    assert (first.level, first.ringing, first.unreadable, second.key) == ("P1", True, True, "c1")
    assert store.queries.row(first.key, TWO_AM) == first
    alarm = store.queries.alarms()[0]
    assert (alarm.key, alarm.level, alarm.through) == (first.key, "P1", 1)
    assert store.queries.counts().unreadable == 1
    store.commands.acknowledge_unreadable(first.key, author(store))
    store.commands.acknowledge_unreadable(first.key, author(store))
    assert listed(store) == ["c1"]
    assert store.queries.row(first.key, TWO_AM) is None
    view = store.queries.case(first.key, TWO_AM)
    assert view is not None
    assert (view.raw, view.row.ringing) == (raw.raw, False), "kept, and to be looked at"
    assert store.queries.case("unreadable:nothing", TWO_AM) is None


def test_an_old_acknowledgement_does_not_silence_another_event_after_a_restore(store: Store) -> None:
    store.commands.apply_page(FEED, page(UnreadableEvent(1, "x")))
    store.commands.acknowledge_unreadable(store.queries.alarms()[0].key, author(store))
    store.commands.swap_snapshot(FEED, [snapshot(epoch="e2")])
    assert store.queries.alarms() == ()
    store.commands.apply_page(FEED, page(UnreadableEvent(1, "y"), epoch="e2"))
    assert len(store.queries.alarms()) == 1


def test_a_case_that_a_snapshot_gives_unreadable_stays_as_it_was_and_rings(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1", level="P2"))])
    bad = UnreadableItem("c1", '{"id":"c1"')
    store.commands.swap_snapshot(FEED, [snapshot(bad, UnreadableItem("item-1", "??"))])
    store.commands.swap_snapshot(FEED, [snapshot(bad, UnreadableItem("item-1", "!!"))])
    keys = listed(store)
    assert keys[-1] == "c1"
    assert len(keys) == 4, "the same words ring once, others in the same place ring too"
    store.commands.swap_snapshot(FEED, [snapshot(bad, epoch="e2")])
    assert "c1" not in listed(store), "another epoch's case is not this one"


def test_a_missing_event_is_stepped_over_and_rings(store: Store) -> None:
    store.commands.skip_missing(FEED)
    assert store.queries.cursor(FEED) == Cursor("e1", 1)
    assert store.queries.alarms()[0].key.startswith("unreadable:kota-city:1")
    store.commands.skip_missing("never-read")
    assert store.queries.cursor("never-read") is None


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
    store.commands.queue("slip", "c1", MakeSlip("K1-261123-01", "station", "kunhadi", "spooled"), author=author(store))
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


def test_a_timeline_knows_what_it_lacks_and_keeps_the_order(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held(version=4))])
    assert store.queries.timeline_from("c1") == 0
    events = tuple(
        event(n, None, referral_id="c1", version=n, kind="note_added", at=TWO_AM, recorded_at=TWO_AM.plus(minutes=n))
        for n in (1, 2, 4)
    )
    told: list[Changes] = []
    store.subscribe(told.append)
    store.commands.add_timeline("c1", Timeline(events, False, TWO_AM))
    store.commands.add_timeline("c1", Timeline(events, False, TWO_AM))
    assert [one for one in told if one.referrals] == [Changes(referrals=frozenset({"c1"}))], "nothing new, nothing told"
    assert store.queries.timeline_from("c1") == 2
    foreign = event(9, None, referral_id="c2", version=1)
    store.commands.add_timeline("c1", Timeline((foreign,), False, TWO_AM))
    assert store.queries.events("c2") == ()
    assert store.queries.timeline_from("nobody") is None


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


def test_the_directory_is_kept_with_its_mark(store: Store) -> None:
    assert (store.queries.directory(), store.queries.directory_etag()) == (None, None)
    for revision in ("1", "2"):
        store.commands.save_directory(Directory(revision, FEED), f'"{revision}"')
    assert store.queries.directory() == Directory("2", FEED)
    assert store.queries.directory_etag() == '"2"'


def test_a_thousand_cases_are_decoded_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(*(ringing(f"c{n:04}") for n in range(1000)))])
    assert len(listed(store)) == 1000
    decoded: list[bytes] = []
    read = pages.read_case

    def counting(raw: bytes) -> Referral | Stub:
        decoded.append(raw)
        return read(raw)

    monkeypatch.setattr(pages, "read_case", counting)
    store.commands.apply_page(FEED, page(event(1, ringing("c0007", 2))))
    assert len(listed(store)) == 1000
    assert len(store.queries.alarms()) == 1000
    assert len(decoded) == 1


def test_the_shelf_says_what_is_stored_after_every_way_a_list_changes(store: Store) -> None:
    """I12: what is kept decoded is only a copy; a store opened anew over the same files says the same."""

    def alarms() -> set[str]:
        ringing_now = {alarm.key for alarm in store.queries.alarms()}
        fresh = Queries(*store._files, store.workstation, 900.0)
        assert {alarm.key for alarm in fresh.alarms()} == ringing_now
        assert sorted(row.key for row in fresh.rows(TWO_AM)) == sorted(listed(store))
        return ringing_now

    store.commands.apply_page(FEED, page(*(event(n, ringing(f"c{n}")) for n in (1, 2, 3))))
    assert alarms() == {"c1", "c2", "c3"}
    gone = event(4, None, kind="left_scope", referral_id="c1", version=2)
    store.commands.apply_page(FEED, page(gone, event(5, ringing("c4"))))
    assert alarms() == {"c2", "c3", "c4"}
    store.commands.apply_page(FEED, page(event(6, stub("c2"), kind="left_scope"), event(7, bare(id="c3", version=2))))
    assert (alarms(), listed(store)) == ({"c4"}, ["c4", "c3"])


def test_a_snapshot_read_before_newer_pages_replaces_them_all_the_same(store: Store) -> None:
    """Its cases were read before the page was; that must not hide them from who has seen the page already."""

    def pages_with_a_page_between() -> Iterator[SnapshotPage]:
        yield snapshot(ringing("c1"), ringing("c2"))
        store.commands.apply_page(FEED, page(event(1, ringing("c8")), event(2, ringing("c9"))))
        assert {alarm.key for alarm in store.queries.alarms()} == {"c8", "c9"}

    store.commands.swap_snapshot(FEED, pages_with_a_page_between())
    assert {alarm.key for alarm in store.queries.alarms()} == {"c1", "c2"}
    assert listed(store) == ["c1", "c2"]


def test_listeners_hear_of_a_flag_before_whoever_fetched_it_goes_on(store: Store) -> None:
    """Else the next question to the hub stands between the flag and the alarm."""
    went_on, heard = threading.Event(), list[bool]()
    store.subscribe(lambda _changes: heard.append(went_on.wait(0.2)))
    store.commands.apply_page(FEED, page(event(1, ringing("c1"))))
    went_on.set()
    assert heard == [False]
