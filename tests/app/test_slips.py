"""From "inform and print" to paper: every number given away is accounted for, and the case says what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.app.slips import Slips
from kotaconsole.domain.commands import Acknowledge, Inform
from kotaconsole.store import Store
from kotaconsole.system.clock import SystemClock
from kotaconsole.system.paths import resources
from kotaconsole.system.settings import Printing, Settings
from kotaconsole.ui.desk import SlipOrder
from tests.people import after, command, flagged
from tests.store.desk import FEED, author, opened, signed_in, snapshot
from tests.world.printing import PrintServer, pdf_text
from tests.world.waiting import until

CASE = after(flagged(), command("acknowledge", Acknowledge(1))).referral
ORDER = SlipOrder(CASE.id, Inform("kunhadi", person="महेंद्र", rank="ASI"), CASE.version, "hi")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = signed_in(opened(tmp_path))
    one.commands.swap_snapshot(FEED, [snapshot(CASE)])
    yield one
    one.close()


@pytest.fixture
def make_slips(
    store: Store, print_server: PrintServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Slips]]:
    """Slips of a desk whose queue has this name."""
    monkeypatch.setenv("CUPS_SERVER", print_server.address)
    made: list[Slips] = []
    clock = SystemClock()

    def make(queue: str) -> Slips:
        settings = Settings(printing=Printing(queue=queue))
        made.append(Slips(store, settings, resources(), clock, lambda: author(store), clock.now, training=False))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def statuses(store: Store) -> list[str]:
    return [slip.status for slip in store.queries.slips(CASE.id)]


def kinds(store: Store) -> list[tuple[str, Any]]:
    return [(entry.kind, entry.payload.get("status")) for entry in store.queries.queue()]


def test_a_slip_is_printed_and_the_case_follows_it_to_the_tray(
    store: Store, make_slips: Callable[[str], Slips], print_server: PrintServer, tmp_path: Path
) -> None:
    slips, before = make_slips("slips"), print_server.newest()
    number = slips.inform_with_slip(ORDER)
    assert statuses(store) == ["reserved"]
    result = slips.print_slip(CASE.id, number, "hi")
    assert result.ok
    assert number in result.sentence.hi
    printed = print_server.wait_job(before)
    assert printed.title == number, "the title carries nothing but the number"
    text = pdf_text(printed.pdf() or b"", tmp_path)
    assert number in text
    assert "सूचना पर्ची" in text
    until(lambda: statuses(store) == ["completed"], 20, lambda: f"completed, not {statuses(store)}")
    assert kinds(store) == [("inform", None), ("slip", "spooled"), ("slip", "completed")]


def test_a_queue_that_is_not_there_says_so_and_the_number_stays_visible(
    store: Store, make_slips: Callable[[str], Slips]
) -> None:
    slips = make_slips("nowhere")
    number = slips.inform_with_slip(ORDER)
    result = slips.print_slip(CASE.id, number, "hi")
    assert not result.ok
    assert "nowhere" in result.sentence.hi
    assert "nowhere" in result.sentence.en
    assert statuses(store) == ["failed"]
    assert kinds(store) == [("inform", None), ("slip", "failed")]


def test_a_slip_printed_again_says_which_copy_it_is(
    store: Store, make_slips: Callable[[str], Slips], print_server: PrintServer, tmp_path: Path
) -> None:
    slips, first = make_slips("slips"), print_server.newest()
    number = slips.inform_with_slip(ORDER)
    assert slips.print_slip(CASE.id, number, "hi").ok
    second = print_server.wait_job(first).id
    assert slips.print_slip(CASE.id, number, "hi").ok
    again = pdf_text(print_server.wait_job(second).pdf() or b"", tmp_path)
    assert "प्रति 2" in again.replace("\n", " ")
    assert len(store.queries.slips(CASE.id)) == 1


def test_the_preview_uses_up_no_number(store: Store, make_slips: Callable[[str], Slips]) -> None:
    picture = make_slips("slips").preview(ORDER)
    assert picture.startswith(b"\x89PNG")
    assert store.queries.slips(CASE.id) == ()
    assert store.queries.queue() == ()


def test_no_slip_is_made_of_a_case_that_is_gone(make_slips: Callable[[str], Slips]) -> None:
    result = make_slips("slips").print_slip("case-9", "K1-261123-09", "hi")
    assert not result.ok
    assert result.technical == "slip-case-gone"
