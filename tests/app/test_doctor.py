"""`kotaconsole doctor` part by part; all of it together, in a real session, is `e2e/test_doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kotaconsole.alarm import reasons
from kotaconsole.alarm.sounder_link import Heard
from kotaconsole.app.doctor import examine_desk, sound
from kotaconsole.app.findings import PARTS, Finding, all_good, as_json, as_text, good, unknown
from kotaconsole.app.options import Options
from kotaconsole.domain.alarm import AlarmEvent, Audio, Play
from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.sounder.protocol import Health, Why
from kotaconsole.system.clock import SystemClock
from tests.hub.fixtures import TestHub, hub, make_hub
from tests.people import TWO_AM

__all__ = ["hub", "make_hub"]

GOOD, WRONG = Health(ok=True), Health(ok=False, why=Why.MUTED, alive=True)


class Sounder:
    """One that says what it is given."""

    def __init__(self, *words: Health) -> None:
        self._words = words
        self.closed = False

    def start(self, tell: Callable[[Heard], None], now: float) -> None:
        for word in self._words:
            tell(Heard(1, word))

    def hear(self, heard: Heard, now: float) -> tuple[AlarmEvent, ...]:
        word = heard.word
        assert isinstance(word, Health)
        return (Audio(word.ok, word.why, word.alive),)

    def play(self, order: Play, now: float) -> tuple[AlarmEvent, ...]:
        raise AssertionError("a look plays nothing")

    def beat(self, now: float) -> tuple[AlarmEvent, ...]:
        return ()

    def check(self, now: float) -> tuple[AlarmEvent, ...]:
        return ()

    def restart(self, why: str, now: float) -> tuple[AlarmEvent, ...]:
        return ()

    def close(self) -> None:
        self.closed = True


class ClockAhead:
    """The system's clock, wrong by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._clock, self._seconds = SystemClock(), seconds

    def now(self) -> Instant:
        return self._clock.now().plus(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._clock.monotonic()


def look(part: str, hub: TestHub | None, tmp_path: Path, clock: Clock | None = None, **options: object) -> Finding:
    """What is found of one part; what comes after it is not looked at."""
    asked = Options(profile=tmp_path / "desk", hub=hub.url if hub else None, **options)  # type: ignore[arg-type]
    return next(one for one in examine_desk(asked, clock or SystemClock()) if one.part == part)


@pytest.mark.parametrize(("words", "state", "code"), [
    ((GOOD,), "good", ""), ((WRONG, GOOD), "good", ""), ((WRONG,), "wrong", "sound-muted"),
    ((), "wrong", "sound-not-yet"),
])  # fmt: skip
def test_the_sound_is_what_the_sounder_says_last_and_good_at_once(
    words: tuple[Health, ...], state: str, code: str
) -> None:
    sounder = Sounder(*words)
    found = sound(sounder, SystemClock(), patience_s=0.05)
    assert (found.state, found.code, sounder.closed) == (state, code, True)
    if code:
        assert found.sentence == reasons.sentence(code.removeprefix("sound-").replace("-", "_"))


@pytest.mark.enable_socket
@pytest.mark.parametrize(("seconds", "state"), [(0, "good"), (4.5, "good"), (7, "wrong"), (-7, "wrong")])
def test_the_clock_is_compared_with_the_hubs(hub: TestHub, tmp_path: Path, seconds: float, state: str) -> None:
    found = look("clock", hub, tmp_path, ClockAhead(seconds))
    assert found.state == state
    assert found.figures["hub_ahead_s"] == pytest.approx(-seconds, abs=0.4)


@pytest.mark.enable_socket
def test_a_hub_that_is_gone_leaves_the_clock_unknown(hub: TestHub, tmp_path: Path) -> None:
    assert (found := look("link", hub, tmp_path)).state == "good"
    assert found.figures["answer_ms"] >= 0
    hub.stop()
    assert look("link", hub, tmp_path).code == "hub-unreachable"
    assert look("clock", hub, tmp_path).state == "unknown"


def test_without_an_address_the_link_says_what_is_missing(tmp_path: Path) -> None:
    config = tmp_path / "site.toml"
    config.write_text("", encoding="utf-8")
    assert look("link", None, tmp_path, config=config).code == "hub-not-set"


def test_wrong_settings_are_told_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    config = tmp_path / "site.toml"
    config.write_text("[alarm]\nrepeat = 99\n", encoding="utf-8")
    assert "site.toml" in look("settings", None, tmp_path, config=config).sentence.en
    assert look("link", None, tmp_path, config=config).state == "wrong"


def test_a_look_makes_no_folder(tmp_path: Path) -> None:
    look("store", None, tmp_path)
    assert not (tmp_path / "desk").exists()


def test_what_is_unknown_is_not_good() -> None:
    fine = good("link", "It works.", "ठीक है।", answer_ms=3)
    assert all_good([fine])
    assert not all_good([fine, unknown("clock", "It could not be looked at.", "देखी नहीं जा सकी।")])


def test_programs_and_people_are_told_the_same() -> None:
    found = [good("link", "It works.", "ठीक है।", answer_ms=3), unknown("clock", "Not seen.", "देखी नहीं गई।")]
    told = json.loads(as_json(found, version="1.2.3", now=TWO_AM))
    assert (told["version"], told["at"], told["good"]) == ("1.2.3", TWO_AM.iso(), False)
    assert told["parts"][0] == {
        "part": "link", "state": "good", "code": "", "en": "It works.", "hi": "ठीक है।", "technical": "",
        "figures": {"answer_ms": 3},
    }  # fmt: skip
    lines = as_text(found).splitlines()
    assert lines[0] == "हब से संपर्क — ठीक: ठीक है।"
    assert lines[1] == "link to the hub - good: It works."
    assert lines[4] == "  (not-examined)"
    assert len(PARTS) == 7
