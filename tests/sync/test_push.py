"""Which command goes out, and when: decided without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.api.tokens import NotSignedIn
from kotaconsole.domain.commands import Note
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault, KotaError
from kotaconsole.domain.outbox import Answer, Entry
from kotaconsole.store import Store
from kotaconsole.sync.push import Push
from kotaconsole.sync.values import Sent
from tests.store.desk import FEED, author, opened, signed_in

pytestmark = pytest.mark.sync
APPLIED = Answer(applied=True, version=2)


class Bench:
    """A push whose time is set and whose sending only notes what was begun."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.begun = store, 100.0, list[Entry]()
        self.push = Push(store, FEED, self.begun.append, lambda: self.now, most=2, chance=lambda: 0.5)

    def note(self, case: str, **who: Any) -> Entry:
        return self.store.commands.queue("note", case, Note("टिप्पणी"), author=author(self.store, **who))

    def turn(self) -> list[int]:
        self.begun.clear()
        self.wait = self.push.turn()
        return [entry.n for entry in self.begun]

    def done(self, entry: Entry, answer: Answer | None = None, problem: KotaError | None = None) -> None:
        self.push.done(Sent(entry, answer, problem))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = signed_in(opened(tmp_path))
    yield Bench(store)
    store.close()


def fault(code: str) -> EnvironmentFault:
    return EnvironmentFault(code, Bilingual("x", "x"))


def test_per_case_in_order_one_at_a_time_and_different_cases_side_by_side(bench: Bench) -> None:
    """I4."""
    a1, a2, b1, c1 = (bench.note(case) for case in "aabc")
    assert bench.turn() == [a1.n, b1.n], "as many as there are senders"
    assert bench.turn() == []
    bench.done(b1, APPLIED)
    assert bench.turn() == [c1.n]
    bench.done(a1, APPLIED)
    assert bench.turn() == [a2.n], "only after the answer to the one before"
    bench.done(c1, APPLIED)
    bench.done(a2, APPLIED)
    assert (bench.turn(), bench.wait) == ([], None)
    assert bench.store.queries.queue() == ()


def test_a_terminal_refusal_frees_its_case(bench: Bench) -> None:
    one, two = bench.note("a"), bench.note("a")
    bench.turn()
    bench.done(one, Answer(applied=False, terminal=True, problem="held"))
    assert bench.turn() == [two.n]
    assert [entry.n for entry in bench.store.queries.refused()] == [one.n]


@pytest.mark.parametrize(
    "met",
    [
        Answer(applied=False, problem="unknown-author"),
        Answer(applied=False, problem="in-progress"),
        Answer(applied=False, problem="internal"),
        Answer(applied=False, problem="a-code-of-tomorrow"),
        ContractBreach("no answer to this"),
    ],
)
def test_what_is_about_one_command_holds_up_only_its_case_and_longer_each_time(
    bench: Bench, met: Answer | ContractBreach
) -> None:
    bad = bench.note("a")
    waits = []
    for _ in range(3):
        assert bench.turn() == [bad.n]
        bench.done(bad, *((met,) if isinstance(met, Answer) else (None, met)))
        bench.turn()
        waits.append(bench.wait or 0)
        bench.now += bench.wait or 0
    assert waits == [0.5, 1.0, 2.0]
    bench.now -= waits[-1]
    other = bench.note("b")
    assert bench.turn() == [other.n], "another case goes out while this one waits"
    bench.done(other, APPLIED)
    bench.now += waits[-1]
    assert bench.store.queries.queue()[0].attempts == 3
    assert bench.turn() == [bad.n]


@pytest.mark.parametrize(
    "met",
    [
        Answer(applied=False, problem="unavailable"),
        Answer(applied=False, problem="client-too-old"),
        Answer(applied=False, problem="too-many-attempts"),
        fault("hub-unreachable"),
        KotaError("of no known kind"),
    ],
)
def test_what_is_about_the_hub_holds_up_all_until_the_link_is_back(bench: Bench, met: Any) -> None:
    one = bench.note("a")
    bench.turn()
    bench.done(one, *((met,) if isinstance(met, Answer) else (None, met)))
    bench.note("b")
    assert (bench.turn(), bench.wait) == ([], 0.5)
    bench.push.link_is_back()
    assert bench.turn() == [1, 2]
    assert bench.store.queries.queue()[0].attempts == 1


@pytest.mark.parametrize(
    "met",
    [
        Answer(applied=False, problem="token-expired"),
        Answer(applied=False, problem="session-revoked"),
        NotSignedIn("token-expired"),
    ],
)
def test_an_ended_session_leaves_the_queue_as_it_is(bench: Bench, met: Any) -> None:
    one = bench.note("a")
    bench.turn()
    bench.done(one, *((met,) if isinstance(met, Answer) else (None, met)))
    assert bench.store.queries.queue() == (one,), "not an attempt, not a problem"
    assert (bench.turn(), bench.wait) == ([], 0.5)
    bench.now += 0.5
    assert bench.turn() == [one.n]


def test_what_the_hub_asks_for_is_kept(bench: Bench) -> None:
    one = bench.note("a")
    bench.turn()
    bench.done(one, Answer(applied=False, problem="unavailable", retry_after=30.0))
    assert (bench.turn(), bench.wait) == ([], 30.5)


def test_another_units_author_waits_for_a_bearer_of_that_unit(bench: Bench) -> None:
    bench.note("a", unit="jhunjhunu")
    bench.note("a")
    other = bench.note("b")
    assert bench.turn() == [other.n]


def test_an_answer_that_cannot_be_stored_is_asked_for_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    one = bench.note("a")
    bench.turn()

    def full(*_: object) -> None:
        raise fault("store-disk-full")

    with monkeypatch.context() as broken:
        broken.setattr(type(bench.store.commands), "answered", full)
        bench.done(one, APPLIED)
    assert bench.store.queries.queue() == (one,)
    bench.turn()
    bench.now += bench.wait or 0
    assert bench.turn() == [one.n]
