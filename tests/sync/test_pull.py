"""Each way a question can fail, and what the next question is: decided without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.api import faults
from kotaconsole.api.tokens import NotSignedIn
from kotaconsole.domain import link
from kotaconsole.domain.changes import FeedPage, SnapshotPage
from kotaconsole.domain.errors import Bilingual, ContractBreach, ServerRefusal
from kotaconsole.store import Cursor, Store
from kotaconsole.sync import pull as pull_module
from kotaconsole.sync.pull import HOLES, Pull
from kotaconsole.sync.values import SyncSettings
from kotaconsole.wire import codec, pages
from tests.store.desk import FEED, event, listed, opened, page, ringing, signed_in, snapshot

pytestmark = pytest.mark.sync


class Script:
    """Stands where the client stands: gives what was laid out, in order."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.waits: list[float] = []
        self.asked: list[str] = []

    def changes(self, unit: str, *, epoch: str, after: int, limit: int, wait: float) -> FeedPage:
        self.waits.append(wait)
        found: FeedPage = self._next(f"changes {epoch}/{after}")
        return found

    def snapshot(self, unit: str, token: str | None = None) -> SnapshotPage:
        found: SnapshotPage = self._next(f"snapshot {token}")
        return found

    def _next(self, asked: str) -> Any:
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Watching:
    def __init__(self) -> None:
        self.heard: list[str | Bilingual] = []
        self.graves: list[bool] = []

    def good(self, *, beat: int, server_time: object) -> None:
        self.heard.append("good")

    def bad(self, why: Bilingual, *, grave: bool) -> None:
        self.heard.append(why)
        self.graves.append(grave)


Make = Callable[..., tuple[Pull, Script, Watching]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = signed_in(opened(tmp_path))
    yield one
    one.close()


@pytest.fixture
def make(store: Store) -> Make:
    def build(*answers: Any) -> tuple[Pull, Script, Watching]:
        script, watch = Script(*answers), Watching()
        return Pull(store, script, FEED, watch, SyncSettings(), chance=lambda: 0.5), script, watch  # type: ignore[arg-type]

    return build


def refusal(status: int, code: str, after: float | None = None) -> ServerRefusal:
    return ServerRefusal(code, terminal=False, status=status, retry_after=after)


def test_first_the_snapshot_then_what_came_after_it(make: Make, store: Store) -> None:
    more = SnapshotPage("e1", 4, (ringing("a"),), link_time(), next_page_token="t")
    pull, script, watch = make(more, snapshot(ringing("b"), as_of=6), page(event(5, ringing("c"))), page(last=5))
    assert [pull.step(), pull.step(), pull.step()] == [0.0, 0.0, 1.0]
    assert script.asked == ["snapshot None", "snapshot t", "changes e1/4", "changes e1/5"]
    assert script.waits == [0.0, 8.0], "the first answer is wanted at once, then the link may keep quiet"
    assert watch.heard == ["good", "good"]
    assert listed(store) == ["a", "b", "c"]


def link_time() -> Any:
    return snapshot().server_time


def test_a_hub_that_does_not_wait_is_not_asked_without_a_rest(make: Make) -> None:
    pull, script, _ = make(snapshot(), page(), page(), page(event(1, ringing("c1"))), page())
    delays = [pull.step() for _ in range(5)]
    assert script.waits == [0.0, 8.0, 8.0, 8.0]
    assert delays == [0.0, 0.0, 1.0, 0.0, 1.0], "only after an empty answer that should have waited"


def test_while_there_is_more_nothing_is_waited_for(make: Make, store: Store) -> None:
    full = FeedPage("e1", (event(1, ringing("a")),), 1, 9, 1, True, 1, link_time())
    pull, script, _ = make(snapshot(), full, page(event(2, ringing("b"))), page(last=2))
    for _ in range(4):
        pull.step()
    assert script.waits == [0.0, 0.0, 8.0]


def test_what_is_no_json_is_a_page_refused_and_keeps_its_own_sentence(make: Make, store: Store) -> None:
    html = faults.not_a_hub("200 with another media type")
    pull, script, watch = make(snapshot(ringing("a")), html, html, snapshot(ringing("b"), as_of=6), page(last=6))
    delays = [pull.step() for _ in range(5)]
    assert script.asked[1:4] == ["changes e1/0", "changes e1/0", "snapshot None"]
    assert delays == [0.0, 0.0, 0.5, 0.0, 0.0]
    assert watch.heard == [html.sentence, html.sentence, "good"]
    assert watch.graves == [True, True]
    assert listed(store) == ["b"]


def test_refused_once_asked_again_refused_twice_read_anew(make: Make, store: Store) -> None:
    bad = ContractBreach("not JSON")
    pull, script, watch = make(snapshot(ringing("a"), as_of=3), bad, bad, snapshot(ringing("a"), as_of=3), page(last=3))
    delays = [pull.step() for _ in range(5)]
    assert script.asked == ["snapshot None", "changes e1/3", "changes e1/3", "snapshot None", "changes e1/3"]
    assert delays == [0.0, 0.0, 0.5, 0.0, 0.0]
    assert watch.heard == [link.REFUSED_PAGE, link.REFUSED_PAGE, "good"]
    assert watch.graves == [True, True]
    assert listed(store) == ["a"]


def test_a_page_refused_now_and_then_is_no_reason_to_read_anew(make: Make) -> None:
    bad = ContractBreach("not JSON")
    pull, script, _ = make(snapshot(as_of=3), bad, page(last=3), bad, page(last=3))
    for _ in range(5):
        pull.step()
    assert script.asked.count("snapshot None") == 1


def test_a_snapshot_that_is_refused_is_asked_again_and_never_in_a_hurry(make: Make, store: Store) -> None:
    bad = ContractBreach("no")
    pull, script, watch = make(snapshot(ringing("a")), refusal(410, "cursor-expired"), bad, bad, snapshot(ringing("a")))
    delays = [pull.step() for _ in range(5)]
    assert script.asked[2:] == ["snapshot None"] * 3
    assert all(delay > 0 for delay in delays[2:4])
    assert listed(store) == ["a"]
    assert watch.graves == [True, True]


@pytest.mark.parametrize("text", sorted(HOLES))
def test_the_same_hole_after_reading_anew_is_stepped_over(make: Make, store: Store, text: str) -> None:
    hole = ContractBreach(text)
    pull, script, _ = make(snapshot(as_of=3), hole, hole, snapshot(as_of=3), hole, hole, page(event(5, ringing("b"))))
    for _ in range(7):
        pull.step()
    assert script.asked[-1] == "changes e1/4"
    assert store.queries.cursor(FEED) == Cursor("e1", 5)
    assert [row.unreadable for row in store.queries.rows(link_time())] == [True, False]


def test_rubbish_after_reading_anew_is_never_stepped_over(make: Make, store: Store) -> None:
    bad = ContractBreach("not JSON")
    pull, script, _ = make(snapshot(as_of=3), bad, bad, snapshot(as_of=3), bad, bad, snapshot(as_of=3))
    for _ in range(7):
        pull.step()
    assert script.asked[-1] == "snapshot None"
    assert store.queries.cursor(FEED) == Cursor("e1", 3)


def test_the_words_for_a_hole_are_those_the_wire_uses() -> None:
    """The two rooms agree by text; this holds them together."""
    raw = {
        "event_id": "e",
        "kind": "k",
        "referral_id": "a",
        "version": 1,
        "at": link_time(),
        "recorded_at": link_time(),
    }
    for seqs in ([7], [5, 7]):
        for last in (seqs[-1], 4 + len(seqs)):
            body = codec.encode(
                {"epoch": "e1", "events": [{**raw, "seq": seq} for seq in seqs], "next": last, "head": 9, "oldest": 1,
                 "more": False, "beat": 1, "server_time": link_time()}
            )  # fmt: skip
            with pytest.raises(ContractBreach) as caught:
                pages.read_changes(body, epoch="e1", after=4)
            assert str(caught.value) in HOLES


def test_410_reads_anew_at_once_but_not_in_a_circle(make: Make) -> None:
    gone = refusal(410, "epoch-changed")
    pull, script, watch = make(snapshot(), gone, snapshot(epoch="e2"), gone, snapshot(epoch="e2"), page(epoch="e2"))
    delays = [pull.step() for _ in range(6)]
    assert script.asked[1:4] == ["changes e1/0", "snapshot None", "changes e2/0"]
    assert delays[3] > 0
    assert watch.heard[-1] == "good"


@pytest.mark.parametrize(
    ("problem", "why", "grave", "least"),
    [
        (faults.unreachable(), None, False, 0.25),
        (faults.timed_out(), None, False, 0.25),
        (faults.certificate(), None, True, 0.25),
        (NotSignedIn("session-revoked"), link.SIGNED_OUT, True, 0.25),
        (refusal(401, "session-revoked"), link.SIGNED_OUT, True, 0.25),
        (refusal(426, "client-too-old"), link.TOO_OLD, True, 0.25),
        (refusal(429, "too-many-attempts", 20.0), link.BUSY, False, 20.25),
        (refusal(500, "internal"), link.BUSY, False, 0.25),
        (refusal(404, "not-found"), link.NOT_READABLE, True, 0.25),
    ],
)
def test_each_failure_has_its_sentence_and_its_weight(
    make: Make, store: Store, problem: Any, why: Bilingual | None, grave: bool, least: float
) -> None:
    pull, _, watch = make(snapshot(ringing("a")), problem, problem, page(last=0))
    pull.step()
    first, second = pull.step(), pull.step()
    assert watch.heard == [why or problem.sentence] * 2
    assert watch.graves == [grave, grave]
    assert first == least
    assert second == pytest.approx(least + 0.25)
    pull.step()
    assert watch.heard[-1] == "good"
    assert listed(store) == ["a"]


def test_a_snapshot_that_never_ends_is_left(make: Make, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull_module, "MOST_PAGES", 3)
    endless = SnapshotPage("e1", 0, (), link_time(), next_page_token="again")
    pull, script, watch = make(*[endless] * 6)
    assert [pull.step() == 0, pull.step() > 0] == [True, True], "asked once more at once, then not in a hurry"
    assert len(script.asked) == 6
    assert watch.heard == [link.REFUSED_PAGE] * 2
    assert store.queries.cursor(FEED) is None
