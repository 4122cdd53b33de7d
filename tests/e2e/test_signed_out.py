"""A sign-in that ends in mid-shift: the desk says so, keeps everything, rings on, and goes on after the next one."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeHub
from tests.e2e.evidence import AUDITOR
from tests.e2e.heard import find_alarms
from tests.e2e.hub_reader import HubReader
from tests.e2e.night import SCENARIO, Hub, lines_of, open_desk, write_lines
from tests.world.fixtures import MakeWorld
from tests.world.sound import SoundServer
from tests.world.waiting import until
from tests.world.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(150)]

SAVED, TYPED = "वार्डन से बात हुई", "छत देखी, वहाँ"


def rings(world: World, since: float) -> int:
    pulses = [pulse for burst in world.sound.bursts(since) for pulse in burst.pulses]
    return len(find_alarms(pulses, world.mark()))


def send(hub: Hub, folder: Path, place: int) -> None:
    line = {**lines_of(SCENARIO)[place], "after": 0}
    source = hub.feed(write_lines(folder / f"flag-{place}.jsonl", [line]))
    assert source.wait(30) == 0, source.log()


def test_a_session_that_was_ended_is_taken_up_again_without_losing_anything(
    make_world: MakeWorld, make_hub: MakeHub, sound_server: SoundServer, tmp_path: Path
) -> None:
    world = make_world(sound=sound_server, keyring="unlocked")
    hub = make_hub(world)
    operator = open_desk(world, hub)
    operator.sign_in("meena", hub.passwords["meena"])
    operator.wait_for_list()
    operator.says("^ध्वनि ठीक$")
    send(hub, tmp_path, 0)
    number = operator.wait_for_row().number
    operator.choose_top()

    # Shut out, and let in again with another password: the session has ended, the person is the same.
    hub.user("disable", "meena")
    operator.says("^लाइव नहीं:.*फिर से साइन इन करें")
    hub.user("enable", "meena")
    password = secrets.token_hex(6)
    hub.user("password", "meena", "--password-stdin", stdin=password)

    operator.write_note(SAVED)
    operator.note_is_saved_only()
    line = operator.begin_note(TYPED)
    assert operator.row(number) is not None, "the list stays"
    mark = world.mark()
    until(lambda: rings(world, mark), 15, "the red flag to go on ringing", 0.2)

    world.key("ctrl+F4")
    operator.sign_in("meena", hub.passwords["meena"])
    operator.says("^उपयोगकर्ता नाम या पासवर्ड ग़लत है")
    operator.type_password(password)
    operator.app.gone(name="^लाइव नहीं:", timeout=30)
    until(lambda: len(operator.app.windows()) == 1, 10, "the sign-in to go away")

    operator.says("^भेजना शेष 0$")
    assert line.text == TYPED, "what was half typed is still there"
    auditor = HubReader(hub.url, AUDITOR, hub.passwords[AUDITOR])
    until(lambda: auditor.cases()[0].notes == (SAVED,), 10, "the note to be at the hub", 0.5)
    send(hub, tmp_path, 1)
    operator.wait_for_row(level="^P2")
    operator.app.focus_window()
    assert operator.app.close() == 0
