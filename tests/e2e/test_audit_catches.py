"""The audit passes an honest run of the real program and fails, each on its own count, on four planted faults."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeHub
from tests.e2e.evidence import Audited, Evidence
from tests.e2e.heard import find_alarms
from tests.e2e.night import KOTACONSOLE, SCENARIO, Hub, lines_of, open_desk, write_lines
from tests.e2e.operator import Operator
from tests.world.waiting import until
from tests.world.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(90)]

NOTE = "वार्डन से बात हुई, छात्रा सुरक्षित है"
LINES = [{**line, "after": place * 0.5} for place, line in enumerate(lines_of(SCENARIO)[:5])]
"""Flags of four people and a broken one, as the file has them, but closer together."""
LOST = "T-000005"


@dataclass
class Short:
    """A short night that somebody may tamper with."""

    world: World
    hub: Hub
    folder: Path
    operator: Operator | None = None

    def play(
        self,
        *,
        fed: list[dict[str, object]] | None = None,
        program: tuple[str, ...] = KOTACONSOLE,
        before_feed: Callable[[], None] = lambda: None,
        after_note: Callable[[], None] = lambda: None,
    ) -> Audited:
        """Sign in, let the flags come, write a note, and audit against all of ``LINES``."""
        desk = self.operator = open_desk(self.world, self.hub, program=program)
        desk.sign_in("meena", self.hub.passwords["meena"])
        desk.wait_for_list()
        desk.says("^(ध्वनि ठीक|sound ok)$")
        seen = Evidence(self.world, self.folder)
        scenario = write_lines(self.folder / "all.jsonl", LINES)
        before_feed()
        began = self.world.mark()
        source = self.hub.feed(write_lines(self.folder / "fed.jsonl", LINES if fed is None else fed))
        desk.wait_for_row(level="^P1")
        desk.choose_top()
        desk.write_note(NOTE)
        desk.note_is_at_hub()
        seen.notes.append(NOTE)
        after_note()
        assert source.wait(30) == 0, source.log()
        self._hear_the_last(began)
        audited = seen.audit(desk, self.hub, scenario, patience=2.0)
        print(audited.table)  # pytest shows it with -s, or when the test fails
        return audited

    def _hear_the_last(self, began: float) -> None:
        """Wait for a burst that began after the last flag came; what is not announced within 6 s never counts."""
        came = self.world.mark()

        def heard() -> bool:
            pulses = [pulse for burst in self.world.sound.bursts(began) for pulse in burst.pulses]
            return any(alarm.onset > came for alarm in find_alarms(pulses, self.world.mark()))

        until(lambda: heard() or self.world.mark() > came + 6.1, 10, poll=0.2)


@pytest.fixture
def short(world: World, make_hub: MakeHub, tmp_path: Path) -> Short:
    """A desk with a hub, ready for a short night."""
    return Short(world, make_hub(world), tmp_path)


def test_an_honest_night_agrees(short: Short) -> None:
    audited = short.play()
    assert (audited.code, audited.failed) == (0, []), audited.table
    figures = [line["figure"] for line in json.loads((short.folder / "audit.json").read_text())]
    assert figures == [5, 5, 5, 5, 1]


def test_a_dropped_flag_is_caught(short: Short) -> None:
    audited = short.play(fed=LINES[:3] + LINES[4:])
    assert (audited.code, audited.failed) == (1, ["2"]), audited.table


def test_a_hidden_row_is_caught(short: Short) -> None:
    audited = short.play(program=(sys.executable, "-m", "tests.e2e.faults.hidden_row", LOST))
    assert (audited.code, audited.failed) == (1, ["3"]), audited.table
    assert f"case {LOST} does not stand in the list" in audited.table


def test_a_muted_sink_is_caught(short: Short) -> None:
    audited = short.play(before_feed=short.world.sound.mute)
    assert (audited.code, audited.failed) == (1, ["4"]), audited.table
    assert short.operator is not None
    short.operator.says("^(ध्वनि बंद|SOUND LOST)$")  # and the desk itself has noticed


def test_a_doubled_note_is_caught(short: Short) -> None:
    def write_it_again() -> None:
        station = str(uuid.uuid4())
        meena = short.hub.sign_in("meena", station)
        case = meena.ask("GET", "/v1/feeds/kota-city/snapshot")["items"]
        noted = [
            one["id"] for one in case if _notes(meena.ask("GET", f"/v1/referrals/{one['id']}/events?after_version=0"))
        ]
        assert len(noted) == 1
        now = "2026-11-23T02:14:00.000Z"
        body = {
            "kind": "note", "referral_id": noted[0], "workstation": station, "n": 1, "author": meena.id,
            "happened_at": now, "entered_at": now, "payload": {"text": NOTE},
        }  # fmt: skip
        meena.ask("PUT", f"/v1/commands/{uuid.uuid4()}", json.dumps(body).encode())

    audited = short.play(after_note=write_it_again)
    assert (audited.code, audited.failed) == (1, ["5"]), audited.table


def _notes(timeline: dict[str, list[dict[str, object]]]) -> list[object]:
    return [event for event in timeline["events"] if event["kind"] == "note_added"]
