"""The pipe's console end against sounders that misbehave: small scripts, no sound."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from kotaconsole.alarm import sounder_link
from kotaconsole.alarm.sounder_link import Heard, SounderLink, SounderOptions
from kotaconsole.domain.alarm import AlarmEvent, Audio, BurstBegan, BurstEnded, Play, Sound

pytestmark = pytest.mark.unit

HEALTHY = 'print(\'{"is":"health","ok":true,"why":"","alive":true}\', flush=True)\n'


class Console:
    """Drives a link as the desk's thread does, from the test's thread."""

    def __init__(self, script: str) -> None:
        command = (sys.executable, "-S", "-c", "import sys, time, os\n" + script)
        self.link = SounderLink(SounderOptions(Path("x"), command=command))
        self._inbox: SimpleQueue[Heard] = SimpleQueue()
        self.events: list[AlarmEvent] = []
        self.link.start(self._inbox.put, time.monotonic())

    def until(self, condition: Callable[[], bool], timeout: float = 8.0) -> None:
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, self.events[-5:]
            try:
                heard = self._inbox.get(timeout=0.05)
                self.events += self.link.hear(heard, time.monotonic())
            except Empty:
                pass
            self.events += self.link.check(time.monotonic())

    def lost(self, why: str) -> bool:
        return Audio(ok=False, why=why, alive=False) in self.events

    @property
    def well(self) -> bool:
        return Audio(ok=True) in self.events


@pytest.fixture
def console() -> Iterator[Callable[[str], Console]]:
    made: list[Console] = []

    def make(script: str) -> Console:
        made.append(Console(script))
        return made[-1]

    yield make
    for one in made:
        one.link.close()
        assert one.link.pid is None


def play(n: int = 1) -> Play:
    return Play(n, Sound.S1_P1, (("a", 1),))


def test_words_become_events(console: Callable[[str], Console]) -> None:
    c = console(
        HEALTHY
        + 'print(\'{"is":"ready","device":"d","latency":0.04}\', flush=True)\n'
        + "sys.stdin.readline()\n"
        + 'print(\'{"is":"began","n":1,"at":5.5}\', flush=True)\n'
        + 'print(\'{"is":"ended","n":1,"at":8.9,"whole":false}\', flush=True)\n'
        + "sys.stdin.readline()"
    )
    c.until(lambda: c.well)
    assert c.link.play(play(), time.monotonic()) == ()
    c.until(lambda: BurstEnded(1, whole=False) in c.events)
    assert BurstBegan(1, 5.5) in c.events


def test_one_that_falls_is_replaced_and_told(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "sys.exit(1)")
    first = c.link.pid
    c.until(lambda: c.lost("sounder_gone"))
    c.until(lambda: c.link.pid not in {None, first})


def test_one_that_ended_to_try_again_keeps_its_reason(console: Callable[[str], Console]) -> None:
    lost = 'print(\'{"is":"health","ok":false,"why":"no_device","alive":false}\', flush=True)\n'
    c = console(lost + "os._exit(75)")
    first = c.link.pid
    c.until(lambda: c.link.pid not in {None, first})
    assert {e.why for e in c.events if isinstance(e, Audio)} == {"no_device"}


def test_one_that_falls_at_once_does_not_eat_the_processor(console: Callable[[str], Console]) -> None:
    c = console("sys.exit(1)")
    pids: set[int | None] = set()
    end = time.monotonic() + 2.5

    def watch() -> bool:
        pids.add(c.link.pid)
        return time.monotonic() >= end

    c.until(watch)
    assert 2 <= len(pids - {None}) <= 4


def test_one_that_says_nothing_is_shown_as_late_and_then_replaced(
    console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounder_link, "START_SHOWN", 0.2)
    monkeypatch.setattr(sounder_link, "START_LIMIT", 1.2)
    c = console("time.sleep(60)")
    first = c.link.pid
    c.until(lambda: c.lost("not_yet"))
    assert c.link.pid == first
    c.until(lambda: c.lost("no_answer"))
    c.until(lambda: c.link.pid not in {None, first})
    assert [e for e in c.events if e == Audio(ok=False, why="not_yet", alive=False)] != []


def test_one_that_falls_silent_is_replaced(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "time.sleep(60)")
    c.until(lambda: c.well)
    begin, first = time.monotonic(), c.link.pid
    c.until(lambda: c.lost("no_answer"))
    assert time.monotonic() - begin <= 2.0
    c.until(lambda: c.link.pid not in {None, first})


def test_one_that_does_not_read_never_holds_the_alarm_up(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "time.sleep(60)")
    c.until(lambda: c.well)
    begin, events = time.monotonic(), ()
    for n in range(20_000):
        events = c.link.play(play(n), time.monotonic())
        if events:
            break
    assert events == (Audio(ok=False, why="no_answer", alive=False),) or c.link.pid is not None
    assert Audio(ok=False, why="no_answer", alive=False) in events
    assert time.monotonic() - begin <= 2.0


def test_nonsense_is_passed_over(console: Callable[[str], Console]) -> None:
    c = console("print('hello', flush=True)\nprint('{}', flush=True)\n" + HEALTHY + "sys.stdin.readline()")
    c.until(lambda: c.well)
    assert not c.lost("sounder_gone")


def test_words_of_an_earlier_process_mean_nothing(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "time.sleep(60)")
    c.until(lambda: c.well)
    first = c.link.pid
    c.link.restart("no_answer", time.monotonic())
    c.events.clear()
    c.until(lambda: c.well)
    second = c.link.pid
    assert second not in {None, first}
    assert c.link.hear(Heard(1, None), time.monotonic()) == ()
    assert c.link.pid == second


def test_a_good_bye_is_heard(console: Callable[[str], Console], tmp_path: Path) -> None:
    said = tmp_path / "said"
    c = console(HEALTHY + f"open({str(said)!r}, 'w').write(sys.stdin.readline())")
    c.until(lambda: c.well)
    c.link.close()
    assert '"bye"' in said.read_text()
    assert c.link.play(play(), 0.0) == ()
    c.link.close()


def test_one_that_ignores_the_good_bye_is_ended(
    console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounder_link, "GOODBYE", 0.2)
    c = console("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + HEALTHY + "time.sleep(60)")
    c.until(lambda: c.well)
    pid = c.link.pid
    c.link.close()
    assert not Path(f"/proc/{pid}").exists()


def test_no_thread_of_an_ended_sounder_stays(console: Callable[[str], Console]) -> None:
    before = {t for t in threading.enumerate() if t.name == "sounder-pipe"}
    c = console(HEALTHY + "sys.stdin.readline()")
    c.until(lambda: c.well)
    c.link.close()
    for thread in {t for t in threading.enumerate() if t.name == "sounder-pipe"} - before:
        thread.join(2)
        assert not thread.is_alive()


def test_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SounderOptions(Path("s")).argv()[1:4] == ["-m", "kotaconsole", "sounder"]
    full = SounderOptions(Path("s"), sink="speaker", device="hw", volume_floor=0.5)
    assert full.argv()[4:] == ["--sounds", "s", "--volume-floor", "0.5", "--sink", "speaker", "--device", "hw"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert SounderOptions(Path("s")).argv()[1] == "sounder"
