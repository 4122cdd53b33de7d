"""The doctor at a real desk: beside the console, and with each part broken in earnest, one after the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.conftest import MakeHub
from tests.e2e.night import KOTACONSOLE, ROOT, Hub, open_desk
from tests.world.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(150)]


class Doctor:
    """Somebody who asks for a look at the desk.

    Attributes:
        code: exit status of the last look; parts: what it found, by part.
    """

    def __init__(self, world: World, hub: Hub) -> None:
        self._world = world
        self._words = ["--profile", str(world.home / "desk"), "--hub", hub.url, "--queue", "slips"]
        self.code = -1
        self.parts: dict[str, dict[str, Any]] = {}

    def looks(self) -> list[str]:
        """Look; gives back the codes of all that is not good."""
        told = json.loads(self._says("--json"))
        self.parts = {one["part"]: one for one in told["parts"]}
        assert told["good"] is (self.code == 0)
        return [one["code"] for one in told["parts"] if one["state"] != "good"]

    def tells(self) -> str:
        """The same in words."""
        return self._says()

    def _says(self, *more: str) -> str:
        program = self._world.start([*KOTACONSOLE, "doctor", *self._words, *more], cwd=ROOT)
        self.code = program.wait(40)
        return program.log()


def test_a_desk_is_looked_at_and_every_broken_part_is_named(world: World, make_hub: MakeHub) -> None:
    hub = make_hub(world)
    doctor = Doctor(world, hub)

    # A desk that nobody has used yet is good, and a look does not begin it.
    assert doctor.looks() == []
    assert not (world.home / "desk").exists()

    # Beside the console that is at work.
    operator = open_desk(world, hub, "--queue", "slips")
    operator.sign_in("meena", hub.passwords["meena"])
    operator.wait_for_list()
    assert (doctor.looks(), doctor.code) == ([], 0)
    assert doctor.parts["store"]["figures"]["waiting"] == 0
    words = doctor.tells()
    assert "ध्वनि — ठीक" in words
    assert "sound - good" in words
    assert doctor.code == 0

    # Each part broken in earnest, and mended again.
    world.sound.mute()
    assert (doctor.looks(), doctor.code) == (["sound-muted"], 1)
    world.sound.mute(False)
    world.sound.volume(10)
    assert doctor.looks() == ["sound-volume-low"]
    world.sound.volume(100)
    world.printing.disable("slips")
    assert doctor.looks() == ["print-queue-disabled"]
    world.printing.enable("slips")
    hub.freeze()
    assert doctor.looks() == ["hub-timeout", "not-examined"]
    hub.thaw()
    assert doctor.looks() == []

    # With the console closed: its file, then its key.
    assert operator.app.close() == 0
    outbox = world.home / "desk" / "outbox.db"
    whole = outbox.read_bytes()
    torn = bytearray(whole)
    torn[len(torn) // 2] ^= 0xFF
    outbox.write_bytes(torn)
    assert doctor.looks() == ["store-damaged"]
    assert outbox.read_bytes() == torn, "nothing was repaired or thrown away"
    outbox.write_bytes(whole)
    world.keyring.start("locked")
    assert doctor.looks() == ["keyring-locked", "not-examined"]
    world.keyring.start("none")
    assert doctor.looks() == ["keyring-none", "not-examined"]
    world.keyring.start("unlocked")
    assert doctor.looks() == []
