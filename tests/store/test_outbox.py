"""What people write: saved, numbered, kept, and moved only by the hub's own answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Acknowledge, Close, Inform, Note, Open
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.domain.outbox import Answer
from kotaconsole.store import Burst, KnownOperator, NewCommand, SeenHead, Store, commands
from kotaconsole.wire.payloads import read_body
from tests.people import TWO_AM
from tests.store.desk import FEED, SetClock, author, event, listed, opened, page, ringing, signed_in, snapshot

pytestmark = pytest.mark.store
APPLIED = Answer(applied=True, version=2)


def heard(store: Store) -> list[Changes]:
    changes: list[Changes] = []
    store.subscribe(changes.append)
    return changes


def note(store: Store, text: str = "टिप्पणी", case: str = "c1", **who: Any) -> Any:
    return store.commands.queue("note", case, Note(text), author=author(store, **who))


def test_the_bytes_that_are_saved_are_the_body_and_survive_a_restart(tmp_path: Path, clock: SetClock) -> None:
    store = signed_in(opened(tmp_path, clock=clock))
    entry = store.commands.queue(
        "inform", "c1", Inform("kunhadi", person="थानाधिकारी"), author=author(store), seen=3,
        happened_at=TWO_AM.plus(minutes=-2), checked_at_desk=True,
    )  # fmt: skip
    body = read_body(entry.body)
    assert (body.n, body.seen, body.workstation, body.author) == (1, 3, store.workstation, "op-meena")
    assert (body.happened_at, body.entered_at) == (TWO_AM.plus(minutes=-2), TWO_AM)
    assert body.payload == {"unit": "kunhadi", "person": "थानाधिकारी"} == entry.payload
    assert entry.command_id[14] == "7", "sortable by time"
    assert entry.checked_at_desk
    store.close()
    again = opened(tmp_path, clock=clock)
    assert again.queries.queue() == (entry,)
    assert again.queries.entry(entry.command_id) == entry
    again.close()


def test_numbers_run_on_even_when_rows_have_been_erased(store: Store, clock: SetClock) -> None:
    first = note(store)
    store.commands.answered(first.command_id, APPLIED)
    clock.at = TWO_AM.plus(days=91)
    assert store.commands.forget_old() == 1
    assert store.queries.entry(first.command_id) is None
    assert note(store).n == first.n + 1


def test_what_the_hub_has_is_kept_90_days_and_what_it_has_not_for_ever(store: Store, clock: SetClock) -> None:
    """I9, I3, I8."""
    acked, queued, refused = (note(store, text) for text in ("है", "नहीं", "मना"))
    store.commands.answered(acked.command_id, APPLIED)
    store.commands.answered(refused.command_id, Answer(applied=False, terminal=True, problem="invalid"))
    clock.at = TWO_AM.plus(days=89)
    assert store.commands.forget_old() == 0
    clock.at = TWO_AM.plus(days=4000)
    assert store.commands.forget_old() == 1
    assert [entry.n for entry in store.queries.queue()] == [queued.n]
    assert [entry.n for entry in store.queries.refused()] == [refused.n]


def test_several_are_saved_together_or_not_at_all(store: Store) -> None:
    who = author(store)
    changes = heard(store)
    good, bad = NewCommand("note", "c1", Note("एक"), who), NewCommand("note", "c1", Note("x" * 60_001), who)
    with pytest.raises(EnvironmentFault) as caught:
        store.commands.queue_many((good, bad))
    assert caught.value.code == "entry-unusable"
    assert store.queries.queue() == ()
    assert changes == []
    entries = store.commands.queue_many((good, NewCommand("acknowledge", "c2", Acknowledge(1), who)))
    assert [entry.n for entry in entries] == [1, 2]
    assert changes == [Changes(referrals=frozenset({"c1", "c2"}), outbox=True, rings=True)]
    assert store.commands.queue_many(()) == ()


@pytest.mark.parametrize("text", ["lone \ud800 surrogate", "क" * 60_000 + '"'])
def test_text_that_no_message_can_carry_is_refused_with_a_sentence(store: Store, text: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        note(store, text)
    assert caught.value.code == "entry-unusable"


def test_a_body_larger_than_the_hub_takes_is_refused_here(store: Store) -> None:
    with pytest.raises(EnvironmentFault):
        store.commands.queue("open", "c9", Open("phone", {"excerpt": "x" * 300_000}), author=author(store))


def test_our_own_mistakes_are_told_as_such(store: Store) -> None:
    with pytest.raises(TypeError):
        store.commands.queue("note", "c1", Acknowledge(1), author=author(store))
    with pytest.raises(ValueError, match="version"):
        store.commands.queue("close", "c1", Close("counselled", "x"), author=author(store))


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Answer(applied=True, version=2), "acked"),
        (Answer(applied=False, terminal=True, problem="held"), "rejected"),
        (Answer(applied=False, problem="unknown-author"), "queued"),
    ],
)
def test_only_an_applied_or_terminal_answer_moves_a_row_and_none_moves_it_twice(
    store: Store, answer: Answer, fate: str
) -> None:
    """I2."""
    entry, other = note(store), note(store)
    changes = heard(store)
    assert store.commands.answered(entry.command_id, answer).referrals == {"c1"}
    now = store.queries.entry(entry.command_id)
    assert now is not None
    assert (now.fate, now.last_problem, now.body) == (fate, answer.problem, entry.body)
    assert store.queries.entry(other.command_id) == other
    assert len(changes) == 1
    late = Answer(applied=False, terminal=True, problem="late")
    moved = store.commands.answered(entry.command_id, late)
    assert (moved == Changes()) == (fate != "queued")
    assert store.commands.answered("nobody", APPLIED) == Changes()


def test_an_attempt_without_an_answer_is_counted_and_told_once(store: Store) -> None:
    entry = note(store)
    changes = heard(store)
    for _ in range(3):
        store.commands.unanswered(entry.command_id, "hub-timeout")
    (now,) = store.queries.queue()
    assert (now.attempts, now.last_problem, now.fate) == (3, "hub-timeout", "queued")
    assert len(changes) == 1, "a screen has nothing to draw for the second time"


def test_only_what_was_refused_can_be_set_aside(store: Store) -> None:
    queued, refused = note(store), note(store, case="c2")
    store.commands.answered(refused.command_id, Answer(applied=False, terminal=True, problem="held"))
    changes = heard(store)
    store.commands.set_aside(queued.command_id, "नहीं")
    assert changes == []
    store.commands.set_aside(refused.command_id, "फ़ोन पर बताया")
    assert store.queries.refused() == ()
    kept = store.queries.entry(refused.command_id)
    assert kept is not None
    assert kept.resolved == "फ़ोन पर बताया"
    assert changes == [Changes(referrals=frozenset({"c2"}), outbox=True)]


def test_the_head_of_each_case_is_offered_and_only_for_the_unit_of_the_bearer(store: Store) -> None:
    """I4. Another unit's author waits, and what follows on the same case waits behind it."""
    a1, _a2, b1 = note(store, case="a"), note(store, case="a"), note(store, case="b")
    note(store, case="c", unit="jhunjhunu")
    note(store, case="c")
    assert [entry.n for entry in store.queries.heads(FEED)] == [a1.n, b1.n]
    assert [entry.n for entry in store.queries.heads("jhunjhunu")] == [4]
    assert store.queries.to_send() == 5


def test_slip_numbers_run_per_desk_and_day_and_are_never_given_twice(tmp_path: Path, clock: SetClock) -> None:
    store = signed_in(opened(tmp_path, clock=clock))

    def take(desk: str = "K1") -> str:
        return store.commands.reserve_slip("c1", form="station", unit="kunhadi", desk=desk, author=author(store)).number

    assert [take(), take(), take("K2"), take("K1-2")] == [
        "K1-261123-01",
        "K1-261123-02",
        "K2-261123-01",
        "K1-2-261123-01",
    ]
    store.close()
    store = opened(tmp_path, clock=clock)
    assert take() == "K1-261123-03", "also when the program ended before it was printed"
    clock.at = Instant.parse("2026-11-23T18:29:59Z")
    assert take() == "K1-261123-04"
    clock.at = Instant.parse("2026-11-23T18:30:00Z")
    assert take() == "K1-261124-01", "midnight in India"
    clock.at = TWO_AM
    assert [take() for _ in range(96)][-1] == "K1-261123-100", "also after the clock was set back, and past 99"
    store.close()


def test_a_slip_goes_to_the_hub_only_with_what_became_of_it(store: Store) -> None:
    slip = store.commands.reserve_slip("c1", form="station", unit="kunhadi", desk="K1", author=author(store))
    assert (slip.status, store.queries.queue()) == ("reserved", ())
    sent = store.commands.slip_status(slip.number, "spooled", copies=2)
    done = store.commands.slip_status(slip.number, "completed", author=author(store, operator_id="op-2"))
    assert sent.payload == {
        "number": "K1-261123-01", "form": "station", "unit": "kunhadi", "status": "spooled", "copies": 2,
    }  # fmt: skip
    assert (sent.author, done.author, done.n) == ("op-meena", "op-2", sent.n + 1)
    assert [one.status for one in store.queries.slips("c1")] == ["completed"]
    assert store.queries.slips("c2") == ()
    with pytest.raises(LookupError):
        store.commands.slip_status("K9-261123-01", "spooled")


def test_a_number_whose_print_was_never_confirmed_is_void_and_visible(tmp_path: Path, clock: SetClock) -> None:
    store = signed_in(opened(tmp_path, clock=clock))
    store.commands.reserve_slip("c1", form="station", unit="kunhadi", desk="K1", author=author(store))
    store.close()
    store = opened(tmp_path, clock=clock)
    (entry,) = store.queries.queue()
    assert (entry.kind, entry.payload["status"], entry.payload["copies"]) == ("slip", "void", 0)
    assert "छपाई" in entry.payload["reason"]
    assert [slip.status for slip in store.queries.slips()] == ["void"]
    store.close()
    store = opened(tmp_path, clock=clock)
    assert len(store.queries.queue()) == 1, "once"
    store.close()


def test_drafts_facts_and_the_ledger_outlive_the_program(tmp_path: Path, clock: SetClock) -> None:
    store = signed_in(opened(tmp_path, clock=clock))
    changes = heard(store)
    store.commands.save_draft("c1", "आधा लि")
    store.commands.save_draft("c1", "आधा लिखा")
    store.commands.save_draft("c2", "दूसरा")
    store.commands.save_draft("c2", "")
    store.commands.remember("training", "yes")
    store.commands.remember("training", "no")
    burst = Burst(TWO_AM, "s1_p1", (("c1", 4), ("c2", 1)))
    store.commands.record_burst(burst)
    assert changes == [], "nothing of this is a reason to draw the list again"
    workstation = store.workstation
    store.close()
    store = opened(tmp_path, clock=clock)
    assert (store.queries.draft("c1"), store.queries.draft("c2")) == ("आधा लिखा", "")
    assert (store.queries.remembered("training"), store.queries.remembered("x")) == ("no", None)
    assert store.queries.bursts() == (burst,)
    assert store.workstation == workstation
    store.close()


def test_the_last_operator_is_remembered_and_their_unit_is_shown(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert store.queries.operator() is None
    assert store.queries.feed() is None
    assert (store.queries.rows(TWO_AM), store.queries.alarms(), store.queries.row("c1", TWO_AM)) == ((), (), None)
    assert store.queries.case("c1", TWO_AM) is None
    assert store.queries.counts().open == 0
    assert store.queries.timeline_from("c1") is None
    signed_in(store)
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    assert listed(store) == ["c1"]
    other = KnownOperator("op-2", "S. Gurjar", "operator", "jhunjhunu", "K1", TWO_AM.plus(hours=1))
    store.commands.save_operator(other)
    assert store.queries.operator() == other
    assert listed(store) == [], "another unit's cases are not this operator's"
    assert note(store).n == 1
    signed_in(store)
    assert listed(store) == ["c1"], "a change of operator never touches the queue or the list"
    assert len(store.queries.queue()) == 1
    store.close()


@pytest.mark.log_errors_expected("a listener that fails is logged with its trace")
def test_a_listener_that_fails_silences_no_other_and_stops_no_write(store: Store) -> None:
    told: list[str] = []

    def bad(_: Changes) -> None:
        told.append("bad")
        raise ZeroDivisionError

    store.subscribe(bad)
    came = threading.Event()

    def good(_: Changes) -> None:
        told.append(threading.current_thread().name)
        came.set()

    leave = store.subscribe(good)
    note(store)
    assert came.wait(5)
    leave()
    note(store)
    note(store)
    assert told.count("store-writer") == 1


def test_many_threads_write_at_once_and_no_number_is_given_twice(store: Store) -> None:
    def write() -> None:
        for _ in range(10):
            note(store)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    queue = store.queries.queue()
    assert [entry.n for entry in queue] == list(range(1, 61))
    assert all(json.loads(entry.body)["n"] == entry.n for entry in queue)


def test_a_pruned_case_loses_its_words_here_too_but_not_what_is_still_to_send(
    tmp_path: Path, store: Store, caplog: Callable[..., Any]
) -> None:
    """I9, I3."""
    store.commands.swap_snapshot(FEED, [snapshot(ringing("c1"))])
    acked, queued = note(store, "भेजी हुई"), note(store, "बाकी")
    store.commands.answered(acked.command_id, APPLIED)
    store.commands.save_draft("c1", "आधा")
    store.commands.apply_page(FEED, page(event(1, ringing("c1", 2), command_id=acked.command_id)))
    store.commands.apply_page(FEED, page(event(2, ringing("c1", 3, state="closed"), kind="pruned")))
    wiped = store.queries.entry(acked.command_id)
    assert wiped is not None
    assert (wiped.body, wiped.payload, wiped.fate, wiped.n) == (b"", {}, "acked", acked.n)
    assert store.queries.queue() == (queued,)
    assert store.queries.draft("c1") == ""
    assert [one.kind for one in store.queries.events("c1")] == ["pruned"]
    assert (tmp_path / "outbox.db-wal").stat().st_size == 0, "what was erased does not live on in the log"
    assert (tmp_path / "cache.db-wal").stat().st_size == 0, "nor in that of the list"


def test_a_saved_note_does_not_come_back_as_half_typed(store: Store) -> None:
    store.commands.save_draft("c1", "वार्डन से")
    store.commands.save_draft("c2", "आधा")
    store.commands.queue("note", "c1", Note("वार्डन से बात"), author=author(store))
    assert (store.queries.draft("c1"), store.queries.draft("c2")) == ("", "आधा")


def test_heads_of_the_hubs_audit_log_are_kept_as_first_seen_and_not_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "HEADS_KEPT", 3)
    for n in range(1, 6):
        store.commands.save_head(SeenHead("e1", n, f"{n:064x}", TWO_AM))
    store.commands.save_head(SeenHead("e1", 5, "f" * 64, TWO_AM))
    assert [(head.n, head.hash) for head in store.queries.audit_heads()] == [(n, f"{n:064x}") for n in (5, 4, 3)], (
        "nobody replaces what a witness saw"
    )
    store.commands.lose_heads(4)
    assert [head.n for head in store.queries.audit_heads()] == [4, 3]
    store.commands.save_head(SeenHead("e2", 5, "a" * 64, TWO_AM))
    newest = store.queries.audit_heads()[0]
    assert (newest.epoch, newest.n) == ("e2", 5)
