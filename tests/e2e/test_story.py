"""One red flag from its first sound to its end, with the network away in between, in the window an operator sees."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeHub
from tests.e2e.evidence import AUDITOR
from tests.e2e.heard import Alarm, find_alarms
from tests.e2e.hub_reader import CaseAtHub, HubReader
from tests.e2e.night import SCENARIO, Hub, lines_of, open_desk, write_lines
from tests.e2e.operator import Operator
from tests.world.fixtures import MakeWorld
from tests.world.printing import PrintServer, pdf_text
from tests.world.sound import SoundServer
from tests.world.waiting import until
from tests.world.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(150)]

IMMEDIATE, URGENT = 523.0, 415.0  # Hz of the two red-flag sounds
HEARD_WITHIN = 1.0  # seconds from the hub's taking a flag in to the first sound
REPEAT = 10.0  # seconds from one burst to the next while an alarm stands
STATION, OFFICER, PERSON = "कुन्हाड़ी", "एसआई रमेश", "तन्वी नमूना"
NOTES = (
    "वार्डन से बात हुई, छात्रा कमरे में नहीं",
    "छत देखी, वहाँ कोई नहीं",
    "छात्रा हॉस्टल के पीछे मिली",
    "सहेली साथ है, पिता को फ़ोन किया",
)
PLAIN = frozenset(("label", "button", "radio button", "frame"))
SAME_IN_BOTH = re.compile(
    r"^(meena.*|R•••.*|r•••.*|Kota, Rajasthan.*|\?.*|[^A-Za-z\u0900-\u097f]*|हि / EN|K\d.*|T-.*)$"
)


@dataclass(frozen=True)
class Desk:
    """The desk of the story: its world, its hub, and the hands of the operator who sits there."""

    world: World
    hub: Hub
    operator: Operator
    folder: Path

    def send(self, place: int) -> None:
        """The source sends one line of the night."""
        line = {**lines_of(SCENARIO)[place], "after": 0}
        source = self.hub.feed(write_lines(self.folder / f"flag-{place}.jsonl", [line]))
        assert source.wait(30) == 0, source.log()

    def at_hub(self) -> tuple[CaseAtHub, ...]:
        """The hub's cases, by plain HTTP."""
        return HubReader(self.hub.url, AUDITOR, self.hub.passwords[AUDITOR]).cases()

    def alarms(self, since: float) -> tuple[Alarm, ...]:
        """Red-flag alarms heard since a mark."""
        pulses = [pulse for burst in self.world.sound.bursts(since) for pulse in burst.pulses]
        return find_alarms(pulses, self.world.mark())

    def hears(self, since: float, hz: float, count: int = 1, within: float = 8.0) -> list[Alarm]:
        """Wait for so many alarms of this pitch."""

        def enough() -> list[Alarm] | None:
            found = [alarm for alarm in self.alarms(since) if abs(alarm.hz - hz) < 0.03 * hz]
            return found if len(found) >= count else None

        return until(enough, within, lambda: f"{count} alarms of {hz:.0f} Hz; heard {self.alarms(since)}", 0.1)


@pytest.fixture
def desk(
    make_world: MakeWorld, make_hub: MakeHub, sound_server: SoundServer, print_server: PrintServer, tmp_path: Path
) -> Desk:
    """An operator signed in at a quiet desk of a full-size screen."""
    world = make_world((1920, 1080), sound=sound_server, queues=print_server, keyring="unlocked")
    hub = make_hub(world)
    operator = open_desk(world, hub, "--queue", "slips")
    operator.sign_in("meena", hub.passwords["meena"])
    operator.wait_for_list()
    operator.says("^ध्वनि ठीक$")
    return Desk(world, hub, operator, tmp_path)


def test_a_red_flag_rings_is_taken_in_hand_and_ends_well(desk: Desk) -> None:
    number = _rings_until_space(desk)
    _a_second_flag_disturbs_nothing(desk, number)
    _notes_wait_for_the_network(desk, number)
    _the_slip_is_printed_and_leaves_no_copy(desk, number)
    _the_case_is_closed(desk, number)
    _both_languages_are_whole(desk)
    assert desk.operator.app.close() == 0
    _no_log_names_anybody(desk)


def _rings_until_space(desk: Desk) -> str:
    """Heard within a second, again and again until Space, then no more."""
    quiet, clocks = desk.world.mark(), time.time() - time.monotonic()
    desk.send(0)
    first = desk.hears(quiet, IMMEDIATE)[0]
    came = desk.at_hub()[0].flags[0].received_at - clocks
    assert 0 < first.onset - came <= HEARD_WITHIN
    again = desk.hears(quiet, IMMEDIATE, count=2, within=REPEAT + 5)[1]
    assert again.onset - first.onset == pytest.approx(REPEAT, abs=0.5)

    number = desk.operator.choose_top()
    assert desk.operator.rows()[0].level.startswith("P1")
    desk.operator.acknowledge()
    desk.operator.write_note(NOTES[0])
    desk.operator.note_is_at_hub()
    desk.operator.begin_note(NOTES[1][:9])
    until(lambda: desk.world.mark() > again.onset + REPEAT + 2, REPEAT + 5, "the time of the next burst to pass")
    assert len(desk.alarms(quiet)) == 2, "silent after Space"
    return number


def _a_second_flag_disturbs_nothing(desk: Desk, number: str) -> None:
    """New flags ring and stand in the list; what is chosen, typed and focused stays."""
    line = desk.operator.note_line
    for place, hz, level in ((1, URGENT, "^P2"), (3, IMMEDIATE, "^P1")):
        before, rows = desk.world.mark(), len(desk.operator.rows())
        desk.send(place)
        desk.hears(before, hz)
        desk.operator.wait_for_row(level=level, state="पावती शेष")
        assert len(desk.operator.rows()) == rows + 1
        assert desk.operator.chosen == number
        assert line.text == NOTES[1][:9]
        assert line.has("focused")
    assert desk.operator.rows()[0].number != number, "an unacknowledged P1 stands above one in hand"
    assert "अपठनीय" in desk.operator.rows()[0].state, "the broken flag is shown as unreadable"
    desk.world.type(NOTES[1][9:])
    until(lambda: line.text == NOTES[1], 5, lambda: f"the whole note: {line.text!r}")
    desk.world.key("Return")
    desk.operator.note_is_at_hub()


def _notes_wait_for_the_network(desk: Desk, number: str) -> None:
    """Saved while the hub is away, then at the hub exactly once and in order."""
    desk.hub.stop()
    for waiting, text in enumerate(NOTES[2:], 1):
        desk.operator.write_note(text)
        desk.operator.note_is_saved_only()
        desk.operator.wait_for_row(number=number, sent=f"भेजना शेष: {waiting}$")
    desk.operator.says("^(लिंक कमज़ोर|लाइव नहीं)")
    desk.operator.says("^भेजना शेष 2$")
    desk.hub.start()
    desk.operator.note_is_at_hub()
    desk.operator.says("^भेजना शेष 0$")
    desk.operator.says("^लिंक \\d")
    assert _this(desk, number).notes == NOTES


def _the_slip_is_printed_and_leaves_no_copy(desk: Desk, number: str) -> None:
    """Informed by key, on paper with its number and Hindi words, and nowhere else."""
    before = desk.world.printing.newest()
    desk.operator.open_inform()
    desk.operator.choose_unit(STATION)
    desk.operator.name_officer(OFFICER)
    desk.operator.submit()
    desk.operator.says("प्रिंटर को भेजी")
    job = desk.world.printing.wait_job(before)
    assert re.fullmatch(r"K\d+-\d{6}-\d\d", job.title), "the job is called by the slip's number and nothing else"
    pdf = job.pdf()
    assert pdf is not None
    words = "".join(pdf_text(pdf, desk.folder).split())  # it sees spaces after some vowel signs
    for word in (job.title, number, "सूचना पर्ची", "प्रशिक्षण", STATION, OFFICER, PERSON):
        assert "".join(word.split()) in words
    desk.operator.close_sheet()
    assert _copies(desk) == []


def _copies(desk: Desk) -> list[str]:
    """Files of the desk that hold a page, a picture of one, or the person's name in the clear."""
    places = [p for p in desk.world.nest.dir.rglob("*") if p.is_file() and p != desk.hub.file]
    marks = (b"%PDF-", PERSON.encode())
    return [p.name for p in places if any(mark in p.read_bytes() for mark in marks) and "hub-" not in p.name]


def _the_case_is_closed(desk: Desk, number: str) -> None:
    desk.operator.record_contact(OFFICER)
    desk.operator.close_case("^अस्पताल में", "छात्रा अस्पताल में है, वार्डन साथ हैं")
    until(lambda: _this(desk, number).closed, 15, "the case to be closed at the hub")
    desk.operator.says("^भेजना शेष 0$")
    assert _this(desk, number).notes == NOTES


def _both_languages_are_whole(desk: Desk) -> None:
    """The plain words of the window change with the language, all of them; a case of English data is shown."""
    english_case = next(row.number for row in desk.operator.rows() if "R•••" in row.who)
    desk.operator.back_to_list()
    desk.operator.choose_top()
    while desk.operator.chosen != english_case:
        desk.operator.choose_next()
    hindi = _words(desk)
    desk.operator.switch_language()
    desk.operator.says("^to send 0$")
    english = _words(desk)
    assert [w for w in english if re.search("[\u0900-\u097f]", w) and not SAME_IN_BOTH.match(w)] == []
    assert sorted(w for w in hindi & english if not SAME_IN_BOTH.match(w)) == [], "these were not translated"
    desk.operator.switch_language()
    desk.operator.says("^भेजना शेष 0$")
    assert not (_words(desk) - hindi) - _moving(_words(desk))


def _words(desk: Desk) -> set[str]:
    shown = {seen.name for seen in desk.operator.app.root.walk() if seen.role in PLAIN and "showing" in seen.states}
    return shown | set(desk.operator.table.header())


def _moving(words: set[str]) -> set[str]:
    """What says a time or an age is different at every look."""
    return {word for word in words if re.search(r"\d", word)}


def _this(desk: Desk, number: str) -> CaseAtHub:
    return next(case for case in desk.at_hub() if case.number == number)


def _no_log_names_anybody(desk: Desk) -> None:
    logs = [p for p in (desk.world.home / "desk" / "logs").rglob("*") if p.is_file()]
    assert logs
    told = "".join(p.read_text(errors="replace") for p in logs) + desk.operator.app.log()
    for secret in (PERSON, "तन्वी", "00000 00001", *NOTES, desk.hub.passwords["meena"]):
        assert secret not in told
