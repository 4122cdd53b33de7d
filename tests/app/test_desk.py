"""The window's door: what an operator does here is saved, and what nobody could read can be seen off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from kotaconsole.app.channels import Channels
from kotaconsole.app.desk import ConsoleDesk, Site
from kotaconsole.app.slips import Slips
from kotaconsole.domain.changes import UnreadableEvent
from kotaconsole.domain.commands import Acknowledge, Note
from kotaconsole.domain.outbox import Answer
from kotaconsole.store import Store
from kotaconsole.ui.choices import Preferences
from tests.people import TWO_AM, bare
from tests.store.desk import FEED, SetClock, author, event, opened, page, ringing, signed_in, snapshot


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = signed_in(opened(tmp_path))
    one.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    yield one
    one.close()


@pytest.fixture
def fetched() -> list[str]:
    return []


@pytest.fixture
def desk(store: Store, fetched: list[str]) -> ConsoleDesk:
    site = Site("https://hub.example", training=False, stale_after_s=900.0)
    no_slips = cast("Slips", None)  # these stories print nothing
    made = ConsoleDesk(store, author(store), no_slips, Channels(SetClock()), site, Preferences("hi", "light"), nobody)
    made.take_over(author(store), fetched.append)
    return made


def nobody(_username: str, _password: str) -> None:
    raise AssertionError("nobody signs in here")


def test_an_acknowledgement_silences_at_once_and_waits_in_the_outbox(desk: ConsoleDesk, store: Store) -> None:
    assert [row.ringing for row in desk.rows()] == [True]
    entry = desk.save("acknowledge", "c1", Acknowledge(1), None)
    assert entry.fate == "queued"
    assert store.queries.alarms() == ()
    assert [row.ringing for row in desk.rows()] == [False]


def test_what_nobody_could_read_is_seen_off_here_and_sends_nothing(desk: ConsoleDesk, store: Store) -> None:
    store.commands.apply_page(FEED, page(UnreadableEvent(1, '{"seq":1}'), last=1))
    (key,) = [row.key for row in desk.rows() if row.unreadable]
    assert key in {item.key for item in store.queries.alarms()}
    desk.save("acknowledge", key, Acknowledge(1), None)
    assert key not in {item.key for item in store.queries.alarms()}
    assert store.queries.queue() == ()


def test_a_case_whose_timeline_is_not_whole_is_asked_for(desk: ConsoleDesk, fetched: list[str]) -> None:
    view = desk.case("c1")
    assert view is not None
    assert fetched == ["c1"]
    assert desk.case("nobody") is None
    assert fetched == ["c1"]


def test_opening_masked_fields_is_recorded_for_the_audit(desk: ConsoleDesk, store: Store) -> None:
    desk.record_reveal("c1", ("subject.phone",))
    assert [(entry.kind, entry.payload) for entry in store.queries.queue()] == [("view", {"fields": ["subject.phone"]})]
    view = desk.case("c1")
    assert view is not None
    assert [line.kind for line in view.timeline] == [], "a look is no step of the case"


def test_preferences_and_drafts_stay_with_the_desk(desk: ConsoleDesk, store: Store) -> None:
    desk.save_preferences(Preferences("en", "night", 125))
    desk.save_draft("c1", "आधा वाक्य")
    again = ConsoleDesk(
        store, author(store), cast("Slips", None), Channels(SetClock()), Site("u", training=False, stale_after_s=900.0),
        Preferences("hi", "light"), nobody,
    )  # fmt: skip
    assert again.preferences() == Preferences("en", "night", 125)
    assert again.draft("c1") == "आधा वाक्य"
    store.commands.remember("preferences:op-meena", "{broken")
    broken = ConsoleDesk(
        store, author(store), cast("Slips", None), Channels(SetClock()), Site("u", training=False, stale_after_s=900.0),
        Preferences("hi", "light"), nobody,
    )  # fmt: skip
    assert broken.preferences() == Preferences("hi", "light")


def test_whoever_signs_in_again_is_the_author_from_then_on(desk: ConsoleDesk, store: Store) -> None:
    mine = desk.save("note", "c1", Note("वार्डन से बात"), None)
    desk.save_preferences(Preferences("en", "night", 125))
    asked: list[str] = []
    desk.take_over(replace(author(store), operator_id="op-singh", name="K. Singh", role="supervisor"), asked.append)
    theirs = desk.save("note", "c1", Note("छत देखी"), None)
    assert [(one.n, one.author) for one in store.queries.queue()] == [(mine.n, "op-meena"), (theirs.n, "op-singh")]
    assert (desk.operator.name, desk.operator.role) == ("K. Singh", "supervisor")
    assert desk.preferences() == Preferences("hi", "light"), "everybody has preferences of their own"
    desk.case("c1")
    assert asked == ["c1"]


def test_a_refused_command_waits_until_somebody_resolves_it(desk: ConsoleDesk, store: Store) -> None:
    entry = desk.save("note", "c1", Note("वार्डन से बात"), None)
    store.commands.answered(entry.command_id, Answer(applied=False, terminal=True, problem="not-allowed"))
    assert [one.command_id for one in desk.refused()] == [entry.command_id]
    desk.set_aside(entry.command_id, "फ़ोन पर बताया")
    assert desk.refused() == ()


def test_a_closed_case_stays_in_the_closed_tab_and_rings_no_more(desk: ConsoleDesk, store: Store) -> None:
    done = bare(id="c1", version=2, state="closed")
    store.commands.apply_page(FEED, page(event(1, done, kind="closed")))
    assert [(row.key, row.state) for row in desk.rows()] == [("c1", "closed")]
    assert [row.key for row in desk.rows_of(frozenset({"c1"}))] == ["c1"]
    assert store.queries.rows(TWO_AM) == ()
    assert store.queries.alarms() == ()
