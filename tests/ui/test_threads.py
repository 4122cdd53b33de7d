"""The crossing between the core's threads and the window's."""

from __future__ import annotations

import threading

import pytest

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.ui.bridge import Bridge
from kotaconsole.ui.tasks import Tasks, Trouble, trouble_of
from tests.ui.fake_desk import FakeDesk


def from_core(*calls: object) -> None:
    def work() -> None:
        for call in calls:
            assert callable(call)
            call()

    thread = threading.Thread(target=work, name="core")
    thread.start()
    thread.join()


def test_changes_close_together_come_as_one_on_the_gui_thread(qtbot) -> None:
    bridge, got = Bridge(), []
    bridge.changes.connect(lambda changes: got.append((changes, threading.current_thread())))
    batch = [lambda n=n: bridge.on_changes(Changes(frozenset([str(n)]), outbox=n == 3)) for n in range(10)]
    from_core(*batch)
    qtbot.waitUntil(lambda: len(got) > 0)
    qtbot.wait(250)
    assert got == [(Changes(frozenset(map(str, range(10))), outbox=True), threading.main_thread())]


def test_what_may_ring_crosses_at_once_and_takes_the_rest_along(qtbot) -> None:
    bridge, got = Bridge(), []
    bridge.changes.connect(got.append)
    from_core(
        lambda: bridge.on_changes(Changes(frozenset("a"))),
        lambda: bridge.on_changes(Changes(frozenset("b"), rings=True)),
    )
    with qtbot.waitSignal(bridge.changes, timeout=100):
        pass
    assert got == [Changes(frozenset("ab"), rings=True)]


def test_nothing_comes_after_detach(qtbot) -> None:
    bridge, desk, got = Bridge(), FakeDesk(), []
    bridge.changes.connect(got.append)
    bridge.attach(desk)
    desk.tell(Changes(frozenset("a")))
    bridge.detach()
    desk.tell(Changes(frozenset("b"), rings=True))
    qtbot.wait(250)
    assert [changes for changes in got if "b" in changes.referrals] == []


def test_results_come_back_in_order_on_the_gui_thread(qtbot) -> None:
    tasks, got = Tasks(), []
    for n in range(50):
        tasks.run(
            "write",
            lambda n=n: (n, threading.current_thread().name),
            lambda r: got.append((r, threading.current_thread())),
        )
    qtbot.waitUntil(lambda: tasks.idle)
    assert [result[0] for result, _thread in got] == list(range(50))
    assert {result[1] for result, _thread in got} == {"ui-write_0"}
    assert {thread for _result, thread in got} == {threading.main_thread()}
    tasks.close()


def test_a_slow_printer_holds_up_no_note(qtbot) -> None:
    tasks, gate, done = Tasks(), threading.Event(), []
    tasks.run("slow", lambda: gate.wait(10), lambda _r: done.append("slip"))
    tasks.run("write", lambda: None, lambda _r: done.append("note"))
    qtbot.waitUntil(lambda: done == ["note"])
    gate.set()
    qtbot.waitUntil(lambda: done == ["note", "slip"])
    tasks.close()


def test_close_finishes_writes_and_delivers_nothing_more(qtbot) -> None:
    tasks, wrote, told = Tasks(), [], []
    for n in range(20):
        tasks.run("write", lambda n=n: wrote.append(n), told.append)
    tasks.close()
    assert wrote == list(range(20))
    qtbot.wait(20)
    assert told == []


def test_close_drops_what_only_looks_and_logs_no_error(qtbot) -> None:
    tasks, gate, began, told = Tasks(), threading.Event(), threading.Event(), []

    def hold() -> None:
        began.set()
        gate.wait(10)

    tasks.run("slow", hold, told.append)
    for _more in range(3):
        tasks.run("slow", lambda: told.append("dropped work ran"), told.append)
    assert began.wait(5)
    tasks.close()
    gate.set()
    tasks.run("write", lambda: told.append("after the end"), told.append)
    qtbot.wait(50)
    assert told == []


def _raise(error: Exception) -> None:
    raise error


def test_errors_become_sentences_without_personal_data(qtbot) -> None:
    bugs: list[BaseException] = []
    tasks, troubles = Tasks(on_bug=bugs.append), []
    tasks.failed.connect(troubles.append)
    known = EnvironmentFault("disk-full", Bilingual("full", "भरी"), "ENOSPC")
    tasks.run("write", lambda: _raise(known), print)
    tasks.run("write", lambda: _raise(ValueError("+91 00000 00041")), print)
    qtbot.waitUntil(lambda: len(troubles) == 2)
    assert troubles[0] == Trouble(known.sentence, "disk-full ENOSPC")
    assert troubles[1].ours
    assert "00041" not in troubles[1].technical
    assert "ValueError" in troubles[1].technical
    assert [type(bug) for bug in bugs] == [ValueError]
    tasks.close()


@pytest.mark.parametrize("error", [ValueError("secret"), KeyError("secret"), RuntimeError("secret")])
def test_an_unforeseen_error_shows_its_kind_alone(error: Exception) -> None:
    assert "secret" not in trouble_of(error).technical
