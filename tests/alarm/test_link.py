"""The pipe's console end against sounders that misbehave: small scripts, no sound.

The scripts are real processes and are waited for; the link's own time is the test's, so that no busy machine can make
a sounder look slow or a limit come early.
"""

from __future__ import annotations

import contextlib
import os
import signal
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

WATCHDOG = 60.0
HEALTHY = 'print(\'{"is":"health","ok":true,"why":"","alive":true}\', flush=True)\n'


class Console:
    """Drives a link as the desk's thread does, from the test's thread.

    Attributes:
        now: the link's time in seconds; it stands still while the test waits for a process.
    """

    def __init__(self, script: str) -> None:
        command = (sys.executable, "-S", "-c", "import sys, time, os\n" + script)
        self.link = SounderLink(SounderOptions(Path("x"), command=command))
        self._inbox: SimpleQueue[Heard] = SimpleQueue()
        self.events: list[AlarmEvent] = []
        self.now = 100.0
        self.link.start(self._inbox.put, self.now)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what a process does."""
        end = time.monotonic() + WATCHDOG
        while not condition():
            assert time.monotonic() < end, self.events[-5:]
            with contextlib.suppress(Empty):
                self.events += self.link.hear(self._inbox.get(timeout=0.05), self.now)

    def passes(self, seconds: float, look: float = 0.25) -> set[int | None]:
        """Let time pass, with a look every so often, and no word; gives back the processes there were."""
        pids = {self.link.pid}
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + look)
            self.events += self.link.check(self.now)
            pids.add(self.link.pid)
        return pids

    def falls(self) -> None:
        """Wait until the process that runs now has ended and been missed."""
        seen = len(self.events)
        self.until(lambda: self.link.pid is None and len(self.events) > seen)

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
        if one.link.pid is not None:
            os.kill(one.link.pid, signal.SIGKILL)  # these scripts know no good-bye; it would be waited for
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
    assert c.link.play(play(), c.now) == ()
    c.until(lambda: BurstEnded(1, whole=False) in c.events)
    assert BurstBegan(1, 5.5) in c.events


def test_one_that_falls_is_replaced_and_told(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "sys.stdin.readline()\nsys.exit(1)")
    first = c.link.pid
    c.until(lambda: c.well)
    c.passes(1.0)
    c.link.play(play(), c.now)
    c.until(lambda: c.lost("sounder_gone"))
    assert c.link.pid not in {None, first}, "at once, in the same breath"


def test_one_that_ended_to_try_again_keeps_its_reason(console: Callable[[str], Console]) -> None:
    lost = 'print(\'{"is":"health","ok":false,"why":"no_device","alive":false}\', flush=True)\n'
    c = console(lost + "os._exit(75)")
    c.falls()
    for _ in range(3):
        c.passes(1.0)
        assert c.link.pid is not None, "each time after a second: the loudspeaker may be plugged in any moment"
        c.falls()
    assert {e.why for e in c.events if isinstance(e, Audio)} == {"no_device"}


def test_one_that_falls_at_once_does_not_eat_the_processor(console: Callable[[str], Console]) -> None:
    """A second, two, four, and four for ever: no storm of starts, and no end of them."""
    c = console("sys.exit(1)")
    for pause in (1.0, 2.0, 4.0, 4.0):
        c.falls()
        assert c.passes(pause - 0.01) == {None}
        c.passes(0.02)
        assert c.link.pid is not None


@pytest.mark.log_errors_expected("there is no such program")
def test_it_is_tried_for_hours() -> None:
    link = SounderLink(SounderOptions(Path("x"), command=("/nonexistent/sounder",)))
    link.start(lambda _heard: None, 0.0)
    tries = sum(link.check(now) != () for now in range(4, 4 * 1200, 4))
    assert tries == 1199
    assert link.check(4 * 1200.0) == (Audio(ok=False, why="sounder_gone", alive=False),)


def test_one_that_was_well_is_replaced_without_a_longer_pause(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "sys.exit(1)")
    for _ in range(3):
        c.falls()
        c.passes(1.0)
        assert c.link.pid is not None


def test_one_that_says_nothing_is_shown_as_late_and_then_replaced(console: Callable[[str], Console]) -> None:
    c = console("time.sleep(600)")
    first = c.link.pid
    assert c.passes(1.75) == {first}
    assert c.events == []
    assert c.passes(3.0) == {first}
    assert c.events == [Audio(ok=False, why="not_yet", alive=False)]
    c.passes(0.5)
    assert c.lost("no_answer")
    assert c.link.pid not in {None, first}


def test_each_start_that_does_not_come_up_gives_the_next_one_more_time(console: Callable[[str], Console]) -> None:
    """A machine too slow for the first limit must not kill one start after the other for ever."""
    c = console("time.sleep(600)")
    for limit in (5.0, 10.0, 20.0, 20.0):
        (only,) = c.passes(limit - 0.25)
        c.passes(0.25)
        assert c.link.pid not in {None, only}


def test_one_that_falls_silent_is_shown_in_time_and_then_replaced(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "time.sleep(600)")
    c.until(lambda: c.well)
    first = c.link.pid
    assert c.passes(1.25) == {first}
    assert c.events == [Audio(ok=True)]
    c.passes(0.5)
    assert c.events[1:] == [Audio(ok=False, why="no_answer", alive=True)], "shown within 2 s, and not cut off"
    assert c.passes(1.0) == {first}
    c.passes(0.5)
    assert c.events[2:] == [Audio(ok=False, why="no_answer", alive=False)]
    assert c.link.pid not in {None, first}


def test_one_that_was_only_slow_goes_on(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "sys.stdin.readline()\n" + HEALTHY + "sys.stdin.readline()")
    c.until(lambda: c.well)
    first = c.link.pid
    c.passes(2.75)
    assert c.events == [Audio(ok=True), Audio(ok=False, why="no_answer", alive=True)]
    c.link.play(play(), c.now)
    c.until(lambda: c.events[2:] == [Audio(ok=True)])
    assert c.passes(1.25) == {first}
    assert len(c.events) == 3


def test_one_that_said_why_keeps_its_reason_while_it_is_slow(console: Callable[[str], Console]) -> None:
    muted = 'print(\'{"is":"health","ok":false,"why":"muted","alive":true}\', flush=True)\n'
    c = console(muted + "time.sleep(600)")
    c.until(lambda: Audio(ok=False, why="muted") in c.events)
    c.passes(2.75)
    assert c.events == [Audio(ok=False, why="muted")]


def test_whoever_did_not_look_has_not_listened(console: Callable[[str], Console]) -> None:
    """This process was stopped for a minute: the sounder's words of that minute still lie in the pipe."""
    c = console(HEALTHY + "time.sleep(600)")
    c.until(lambda: c.well)
    first = c.link.pid
    assert c.passes(60.0, look=60.0) == {first}
    assert c.events == [Audio(ok=True)]


def test_one_that_does_not_read_never_holds_the_alarm_up(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "time.sleep(600)")
    c.until(lambda: c.well)
    c.now += 1.0
    first, events, n = c.link.pid, (), 0
    while not events:
        n += 1
        assert n < 20_000, "a pipe holds far less"
        events = c.link.play(play(n), c.now)
    assert events == (Audio(ok=False, why="no_answer", alive=False),)
    assert c.link.pid not in {None, first}


def test_nonsense_is_passed_over(console: Callable[[str], Console]) -> None:
    c = console("print('hello', flush=True)\nprint('{}', flush=True)\n" + HEALTHY + "sys.stdin.readline()")
    c.until(lambda: c.well)
    assert not c.lost("sounder_gone")


def test_words_of_an_earlier_process_mean_nothing(console: Callable[[str], Console]) -> None:
    c = console(HEALTHY + "time.sleep(60)")
    c.until(lambda: c.well)
    first = c.link.pid
    c.now += 1.0
    c.link.restart("no_answer", c.now)
    c.events.clear()
    c.until(lambda: c.well)
    second = c.link.pid
    assert second not in {None, first}
    assert c.link.hear(Heard(1, None), time.monotonic()) == ()
    assert c.link.pid == second


def test_a_good_bye_is_heard(
    console: Callable[[str], Console], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounder_link, "GOODBYE", WATCHDOG)
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
    c = console("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + HEALTHY + "time.sleep(600)")
    c.until(lambda: c.well)
    pid = c.link.pid
    c.link.close()
    assert not Path(f"/proc/{pid}").exists()


def test_no_thread_of_an_ended_sounder_stays(
    console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounder_link, "GOODBYE", WATCHDOG)
    before = {t for t in threading.enumerate() if t.name == "sounder-pipe"}
    c = console(HEALTHY + "sys.stdin.readline()")
    c.until(lambda: c.well)
    c.link.close()
    for thread in {t for t in threading.enumerate() if t.name == "sounder-pipe"} - before:
        thread.join(WATCHDOG)
        assert not thread.is_alive()


def test_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SounderOptions(Path("s")).argv()[1:4] == ["-m", "kotaconsole", "sounder"]
    full = SounderOptions(Path("s"), sink="speaker", device="hw", volume_floor=0.5)
    assert full.argv()[4:] == ["--sounds", "s", "--volume-floor", "0.5", "--sink", "speaker", "--device", "hw"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert SounderOptions(Path("s")).argv()[1] == "sounder"
