"""What the hub says: the list, the timeline and the alarms that are stored of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kotaconsole.domain.changes import Changes, SnapshotPage, Timeline, UnreadableEvent, UnreadableItem
from kotaconsole.domain.commands import Note
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.outbox import Answer
from kotaconsole.domain.referral import Referral, Stub
from kotaconsole.store import Cursor, Store
from kotaconsole.store.queries import Queries
from kotaconsole.wire import pages
from tests.people import TWO_AM, bare
from tests.store.desk import FEED, author, event, held, listed, page, ringing, shown, signed_in, snapshot, stub

pytestmark = pytest.mark.store


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


def restored(store: Store, *items: Referral | Stub, epoch: str = "e2") -> None:
    store.commands.swap_snapshot(FEED, [snapshot(*items, epoch=epoch)])
    store.commands.offer_again(epoch)


def the_row(store: Store, key: str) -> tuple[bool, int]:
    (row,) = [row for row in store.queries.rows(TWO_AM) if row.key == key]
    assert row == store.queries.row(key, TWO_AM)
    return row.away, row.pending


def test_a_case_a_restored_hub_has_lost_stays_while_something_of_it_waits_here(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held("c1"), held("c2"), ringing("c4"), stub("c5"))])
    store.commands.queue("note", "c1", Note("वार्डन से बात"), author=author(store))
    store.commands.queue("note", "c5", Note("छत देखी"), author=author(store))
    restored(store, ringing("c3"))
    assert sorted(listed(store)) == ["c1", "c3"], "what nobody here waits for is gone"
    assert the_row(store, "c1") == (True, 1)
    assert the_row(store, "c3") == (False, 0)
    view = store.queries.case("c1", TWO_AM)
    assert view is not None
    assert view.row.away
    assert [(line.mark, line.kind) for line in view.timeline] == [("pending", "note")]
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c3"), epoch="e2", as_of=3)])
    assert the_row(store, "c1") == (True, 1), "also when the list is read anew meanwhile"
    store.commands.apply_page(FEED, page(event(4, held("c1", version=1)), epoch="e2"))
    assert the_row(store, "c1") == (False, 1), "whatever the hub says of it takes its place"
    assert shown(store).version == 1


def test_it_stays_for_what_is_offered_again_too_and_goes_with_the_last_answer(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(held("c1"))])
    sent = [store.commands.queue("note", "c1", Note(text), author=author(store)) for text in ("एक", "दो")]
    for one in sent:
        store.commands.answered(one.command_id, Answer(applied=True, version=3))
    restored(store)
    assert the_row(store, "c1") == (True, 2)
    store.commands.answered(sent[0].command_id, Answer(applied=False, problem="unavailable"))
    store.commands.answered(sent[0].command_id, Answer(applied=False, terminal=True, problem="not-found"))
    assert the_row(store, "c1") == (True, 1)
    store.commands.answered(sent[1].command_id, Answer(applied=False, terminal=True, problem="not-found"))
    assert listed(store) == []
    assert store.queries.counts().open == 0, "no word of it is kept"


def test_a_case_that_went_elsewhere_goes_although_something_of_it_waits(store: Store) -> None:
    """Not a restore: the hub knows the case and does not show it here any more, so its words must go."""
    store.commands.swap_snapshot(FEED, [snapshot(held("c1"))])
    store.commands.queue("note", "c1", Note("वार्डन से बात"), author=author(store))
    store.commands.swap_snapshot(FEED, [snapshot(as_of=9)])
    assert listed(store) == []
