"""The scripted operator: works the real window through a training night where no display is.

    python -m tests.e2e.demo --seconds 60 --out build/demo

A private screen with sound, print queue and keyring; a hub, its people and a source as processes of their own; then
what an operator does at three in the morning, by keys. In the end the independent audit compares the five counts.
Exit code 0: all of it held.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.evidence import AUDITOR, Evidence, empty
from tests.e2e.night import SCENARIO, Hub, lines_of, open_desk, write_lines
from tests.e2e.operator import Operator
from tests.world.printing import pdf_text
from tests.world.program import Program
from tests.world.waiting import WorldError, until
from tests.world.world import World

PEOPLE = {"intake": "source", "meena": "operator", "sharma": "supervisor", AUDITOR: "auditor"}
COVERED = 6.5  # seconds until every flag must have been heard, and a little
_OWN_PACE = 0.72  # share of the feed's time in which the first flags come at the file's own pace
_CROWD = 40.0  # seconds of the file in which flags come every second or two; afterwards they are minutes apart
NOTE_1 = "वार्डन से बात हुई, छात्रा अपने कमरे में नहीं मिली। छत और पीछे का मैदान देख रहे हैं।"
NOTE_2 = "छात्रा हॉस्टल के पीछे मिली, सहेली साथ है।"
NOTE_3 = "पिता को फ़ोन किया, दो घंटे में पहुँचेंगे।"


def squeezed(scenario: Path, feed_s: float) -> list[dict[str, object]]:
    """All lines of a scenario within ``feed_s`` seconds: first people's pace, then the rest of the night, faster.

    Only ``after`` changes; no line is left out.
    """
    lines = lines_of(scenario)
    crowd = [line for line in lines if line["after"] <= _CROWD]
    rest = lines[len(crowd) :]
    own = min(_CROWD, feed_s * _OWN_PACE)
    scale = own / _CROWD
    step = (feed_s - own) / max(len(rest), 1)
    return [{**line, "after": round(line["after"] * scale, 3)} for line in crowd] + [
        {**line, "after": round(min(line["after"], own + step * place), 3)} for place, line in enumerate(rest, 1)
    ]


class Demo:
    """One night of ``seconds`` with everything that has to be shown."""

    def __init__(self, world: World, out: Path, seconds: float) -> None:
        self.world, self.seconds = world, seconds
        self.seen = Evidence(world, out, loud=True)
        self.hub = Hub(world)
        self.out = out

    def play(self) -> bool:
        """The whole night; whether the audit agreed."""
        self._begin()
        self._take_the_first()
        self._write_while_the_network_is_away()
        self._inform_and_print()
        self._end_the_case()
        self._in_english()
        self._by_night()
        self._wait_for_the_rest()
        audited = self.seen.audit(self.desk, self.hub, self.fed)
        self.seen.say(f"audit: exit code {audited.code}\n{audited.table}")
        return audited.code == 0

    def _begin(self) -> None:
        self.hub.add_users(**PEOPLE)
        self.hub.start()
        self.seen.say(f"hub at {self.hub.url}, training, with a database of its own")
        self.desk: Operator = open_desk(self.world, self.hub, "--queue", "slips")
        self.seen.shot("sign-in")
        self.desk.sign_in("meena", self.hub.passwords["meena"])
        self.desk.wait_for_list()
        lines = squeezed(SCENARIO, max(self.seconds - 10, 20))
        self.fed = write_lines(self.out / "fed.jsonl", lines)
        self.began = self.world.mark()
        self.source: Program = self.hub.feed(self.fed)
        self.seen.say(
            f"signed in; {len(lines)} lines of {SCENARIO.name} begin to come, all of them within "
            f"{lines[-1]['after']:.0f} s: only their times were drawn together, no line is left out"
        )

    def _pause_until(self, share: float) -> None:
        """An operator reads and telephones; wait for this share of the night, if it is not past already."""
        end = self.began + share * self.seconds
        until(lambda: self.world.mark() >= end, max(0.0, end - self.world.mark()) + 5)

    def _take_the_first(self) -> None:
        burst = self.world.sound.wait_burst(self.began, 15, whole=False)
        self.desk.wait_for_row(level="^P1")
        self.seen.say(f"the first red flag rings ({burst.hz:.0f} Hz) and stands in the list")
        self._pause_until(0.13)
        self.number = self.desk.choose_top()
        self.desk.look()
        assert self.desk.rows()[0].level.startswith("P1"), "P1 stands on top"
        self.seen.shot("list-hindi")
        self.desk.acknowledge()
        self.seen.say(f"{self.number}: chosen, read, acknowledged with Space; the others go on ringing")
        self.seen.shot("case-hindi")
        self._note(NOTE_1)
        self.desk.note_is_at_hub()
        self.seen.say("a note in Devanagari is saved and at the hub")

    def _note(self, text: str) -> None:
        self.desk.write_note(text)
        self.seen.notes.append(text)

    def _write_while_the_network_is_away(self) -> None:
        self._pause_until(0.25)
        self.hub.stop()
        self.seen.say("the hub is stopped: the network is away")
        self._note(NOTE_2)
        self.desk.note_is_saved_only()
        self._note(NOTE_3)
        self.desk.note_is_saved_only()
        self.desk.says(r"^(लिंक कमज़ोर|लाइव नहीं)")
        self.seen.shot("network-away")
        self.seen.say("two notes are saved on the desk, marked as not yet sent; the link says that it is not good")
        self._pause_until(0.36)
        self.hub.start()
        self.desk.note_is_at_hub()
        self.desk.says(r"^भेजना शेष 0$")
        self.seen.say("the hub is back at the same address; both notes are at the hub")
        self.desk.back_to_list()

    def _inform_and_print(self) -> None:
        self._pause_until(0.42)
        self.desk.open_inform()
        self.desk.choose_unit("कुन्हाड़ी")
        self.desk.name_officer("एसआई रमेश")
        self.desk.look(1.5)
        self.seen.shot("slip-hindi")
        self.desk.submit()
        self.desk.says(r"प्रिंटर को भेजी")
        job = self.world.printing.wait_job()
        pdf = job.pdf()
        assert pdf is not None, "the printer received a PDF"
        (self.out / "slip.pdf").write_bytes(pdf)
        words = "".join(pdf_text(pdf, self.world.home).split())  # it sees spaces after some vowel signs
        for word in (job.title, self.number, "सूचनापर्ची", "प्रशिक्षण", "कुन्हाड़ी"):
            assert word in words, f"the slip says {word}"
        self.seen.say(f"slip {job.title} was printed; pdftotext finds its number and Hindi words in it")
        self.desk.close_sheet()

    def _end_the_case(self) -> None:
        self._pause_until(0.52)
        self.desk.record_contact("एसआई रमेश, कुन्हाड़ी थाना")
        self.desk.look()
        self.seen.look_at_list(self.desk)  # the case is about to leave it
        self.desk.close_case(r"^अस्पताल में", "छात्रा अस्पताल में है, वार्डन और सहेली साथ हैं।")
        self.desk.says(r"^भेजना शेष 0$")
        # the line stays under the hand, marked closed, until another one is chosen
        until(
            lambda: "निस्तारित" in (row.state if (row := self.desk.row(self.number)) else ""),
            10,
            "the case to be closed",
        )
        self.desk.choose_top()
        until(lambda: self.desk.row(self.number) is None, 10, "the closed case to leave the list")
        self.seen.say(f"{self.number}: contact made, outcome written, closed")

    def _stands_closed(self) -> bool:
        row = self.desk.row(self.number)
        return row is not None and "निस्तारित" in row.state

    def _in_english(self) -> None:
        self._pause_until(0.62)
        number = self.desk.choose_top()
        self.desk.acknowledge()
        self.desk.switch_language()
        self.desk.says(r"^to send 0$")
        self.desk.look(0.6)
        self.seen.shot("list-and-case-english")
        self.desk.open_inform()
        self.desk.choose_unit("Mahaveer Nagar")
        self.desk.look(1.5)
        self.seen.shot("slip-english")
        self.desk.close_sheet()
        self.seen.say(f"{number}: acknowledged; the window speaks English")

    def _by_night(self) -> None:
        self.desk.switch_theme()
        self.desk.look(0.8)
        self.seen.shot("night")
        self.desk.switch_theme()
        self.desk.switch_language()
        self.desk.says(r"^भेजना शेष 0$")
        self.seen.say("night colours, and back to Hindi and light")

    def _wait_for_the_rest(self) -> None:
        code = self.source.wait(self.seconds + 60)
        self.seen.say(f"the source has sent everything (exit code {code}): {self.source.log().strip()}")
        self.desk.look(COVERED)
        self._pause_until(1.0)
        self.seen.shot("end-of-the-night")


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the night; 0 when everything held."""
    parser = argparse.ArgumentParser(description="a scripted operator works the console on a virtual screen")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the night; from 45 on it is unhurried")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="where the evidence is put")
    asked = parser.parse_args(arguments)
    out: Path = asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    empty(out)
    with World(sound=True, queues=("slips",), keyring="unlocked") as world:
        demo = Demo(world, out, asked.seconds)
        try:
            held = demo.play()
        except (WorldError, AssertionError) as problem:
            demo.seen.shot("where-it-ended")
            demo.seen.say(f"the night could not be played to its end: {problem}")
            demo.seen.keep_sound()
            print(_broken_off(out, problem))
            return 1
    print(_end(out, held=held))
    return 0 if held else 1


def _broken_off(out: Path, problem: Exception) -> str:
    return f"""
रात पूरी नहीं चल सकी। जहाँ रुकी, उसका चित्र और demo.log यहाँ हैं: {out}
The night could not be played to its end. The last picture (…where-it-ended.png) and demo.log lie in {out}
It waited in vain: {str(problem).splitlines()[0][:300]}"""


def _end(out: Path, *, held: bool) -> str:
    said = (
        ("पाँचों गिनतियाँ मिलती हैं।", "All five counts agree.")
        if held
        else ("गिनतियाँ नहीं मिलतीं!", "The counts do NOT agree!")
    )
    return f"""
{said[0]} सब कुछ यहाँ है: {out}
  01-….png स्क्रीन के चित्र (हिंदी, अंग्रेज़ी, रात) · slip.pdf छपी हुई पर्ची · sound.wav अलार्म की रिकॉर्डिंग
  demo.log क्या-क्या हुआ · audit.txt पाँच गिनतियाँ · fed.jsonl भेजे गए रेड फ्लैग
{said[1]} Everything lies in {out}
  01-….png pictures of the screen (Hindi, English, night) · slip.pdf the printed slip · sound.wav the alarms as heard
  demo.log what happened · audit.txt the five counts · fed.jsonl the red flags that were sent"""


if __name__ == "__main__":
    sys.exit(main())
