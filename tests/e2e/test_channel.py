"""When the feed fails the desk calls out within 16 s, says since when, and falls silent only when it is live again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeHub
from tests.e2e.heard import Alarm, find_alarms, find_calls
from tests.e2e.night import SCENARIO, Hub, lines_of, open_desk, write_lines
from tests.e2e.operator import Operator
from tests.world.bursts import Pulse
from tests.world.fixtures import MakeWorld
from tests.world.sound import SoundServer
from tests.world.waiting import until
from tests.world.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(150)]

LOST_WITHIN = 16.0  # seconds from the hub's falling silent to the first sound of the call
REPEAT = 10.0


class Room:
    """A desk somebody works at, and an ear beside it."""

    def __init__(self, world: World, hub: Hub, operator: Operator, folder: Path) -> None:
        self.world, self.hub, self.operator, self._folder = world, hub, operator, folder

    def send(self, place: int) -> None:
        line = {**lines_of(SCENARIO)[place], "after": 0}
        source = self.hub.feed(write_lines(self._folder / f"flag-{place}.jsonl", [line]))
        assert source.wait(30) == 0, source.log()

    def _pulses(self, since: float) -> list[Pulse]:
        return [pulse for burst in self.world.sound.bursts(since) for pulse in burst.pulses]

    def calls(self, since: float) -> tuple[Alarm, ...]:
        """Calls of the failing channel heard since a mark."""
        return find_calls(self._pulses(since))

    def alarms(self, since: float) -> tuple[Alarm, ...]:
        """Red-flag alarms heard since a mark."""
        return find_alarms(self._pulses(since), self.world.mark())

    def passes(self, since: float, seconds: float) -> None:
        """Wait until so much time has been recorded."""
        until(lambda: self.world.mark() > since + seconds, seconds + 5, f"{seconds} s to pass", 0.2)


@pytest.fixture
def room(make_world: MakeWorld, make_hub: MakeHub, sound_server: SoundServer, tmp_path: Path) -> Room:
    world = make_world(sound=sound_server, keyring="unlocked")
    hub = make_hub(world)
    operator = open_desk(world, hub)
    operator.sign_in("meena", hub.passwords["meena"])
    operator.wait_for_list()
    operator.says("^ध्वनि ठीक$")
    return Room(world, hub, operator, tmp_path)


def test_a_hub_that_falls_silent_is_heard_and_seen(room: Room) -> None:
    mark = room.world.mark()
    room.hub.freeze()
    first = until(lambda: room.calls(mark), LOST_WITHIN + 4, "a call", 0.1)[0]
    assert first.onset - mark <= LOST_WITHIN
    room.operator.says("^लाइव नहीं:")
    again = until(lambda: room.calls(mark)[2:], 2 * REPEAT + 4, "two more calls", 0.2)
    onsets = [call.onset for call in (*room.calls(mark)[:2], again[0])]
    assert [b - a for a, b in pairwise(onsets)] == pytest.approx([REPEAT] * 2, abs=0.5)
    assert room.alarms(mark) == (), "nothing there is a red flag"

    # Seen: the banner stays, the call rests.
    room.world.key("ctrl+F2")
    seen = room.world.mark()
    room.passes(seen, 1.5 * REPEAT)
    assert len(room.calls(seen)) == 0, "it calls once a minute from here on"
    room.operator.says("^लाइव नहीं:")

    # What came meanwhile rings as soon as the hub answers, and the call is over.
    room.hub.thaw()
    room.operator.app.gone(name="^लाइव नहीं:", timeout=20)
    back = room.world.mark()
    room.send(0)
    until(lambda: room.alarms(back), 8, "the red flag", 0.1)
    room.passes(back, 1.5 * REPEAT)
    assert room.calls(back) == ()


def test_a_red_flag_goes_on_ringing_while_the_link_is_lost(room: Room) -> None:
    room.send(0)
    mark = room.world.mark()
    room.hub.freeze()
    until(lambda: room.calls(mark)[1:], LOST_WITHIN + REPEAT + 6, "two calls", 0.2)
    found = [alarm.onset for alarm in room.alarms(mark)]
    assert len(found) >= 3
    assert max(b - a for a, b in pairwise(found)) <= REPEAT + 1.5, "a call never keeps a red flag waiting"
    room.hub.thaw()
