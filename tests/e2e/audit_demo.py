"""An independent check of a demo run: five counts, each from another place, must agree.

It knows nothing of the program's code. It reads the scenario file, asks the hub over HTTP, reads the open window
through the accessibility bus, listens to the recording, and compares:

1. the flags in the scenario file that came due,
2. the flags the hub hands out,
3. the flags summed over the cases in the window's list,
4. the flags that a red-flag burst announced within 6 s,
5. the notes at the hub, against the notes that were typed.

Run it while hub and window still stand:

    python -m tests.e2e.audit_demo --scenario FILE --seconds 60 --hub URL --user NAME --password-stdin \\
        --bus ADDRESS --pid N --earlier FILE --wav FILE --began UNIX_SECONDS --notes FILE --report FILE

Exit code 0: all agree. 1: they do not; the table says where. 2: something could not be read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.e2e.case_list import ListUnreadable, read_case_list
from tests.e2e.heard import read_alarms
from tests.e2e.hub_reader import CaseAtHub, FlagAtHub, HubReader, HubSilent
from tests.world.bus import Bus
from tests.world.waiting import WorldError

COVERED_WITHIN = 6.0  # seconds: one burst may stand for all flags that came in this time, and no flag waits longer
_CLOCKS = 0.05  # seconds the recording's clock may be off the hub's
_PLATFORMS = frozenset(("facebook", "instagram", "threads", "whatsapp", "other"))

FlagKey = tuple[str, str]  # platform and the platform's reference


@dataclass(frozen=True)
class Evidence:
    """All that was read, before it is compared.

    Attributes:
        due: Flags of the scenario file that came due.
        cases: The hub's cases.
        listed: Flags per case number in the window's list.
        onsets: Unix seconds of every red-flag burst.
        typed: Notes that were typed.
    """

    due: frozenset[FlagKey]
    cases: tuple[CaseAtHub, ...]
    listed: Mapping[str, int]
    onsets: tuple[float, ...]
    typed: tuple[str, ...]

    @property
    def flags(self) -> tuple[FlagAtHub, ...]:
        """Every flag at the hub."""
        return tuple(flag for case in self.cases for flag in case.flags)


@dataclass(frozen=True)
class Line:
    """One count of the table; ``faults`` say why it does not agree. They name cases and references, never people."""

    count: str
    source: str
    figure: int
    faults: tuple[str, ...] = ()


def compare(evidence: Evidence) -> tuple[Line, ...]:
    """The five counts; all agree when no line has a fault."""
    return (
        _scenario(evidence),
        _hub(evidence),
        _window(evidence),
        _sound(evidence),
        _notes(evidence),
    )


def _scenario(evidence: Evidence) -> Line:
    faults = () if evidence.due else ("no flag came due: nothing was shown",)
    return Line("flags in the scenario that came due", "scenario file", len(evidence.due), faults)


def _hub(evidence: Evidence) -> Line:
    kept = Counter((f.platform, f.reference) for f in evidence.flags)
    faults = [f"{_words(key)} is not at the hub" for key in sorted(evidence.due - kept.keys())]
    faults += [f"{_words(key)} is at the hub and was not due" for key in sorted(kept.keys() - evidence.due)]
    faults += [f"{_words(key)} is at the hub {n} times" for key, n in sorted(kept.items()) if n > 1]
    faults += [
        f"{c.number}: the hub counts {c.flag_count} and hands out {len(c.flags)}"
        for c in evidence.cases
        if c.flag_count != len(c.flags)
    ]
    return Line("flags at the hub", f"HTTP, {len(evidence.cases)} cases", kept.total(), tuple(faults))


def _window(evidence: Evidence) -> Line:
    at_hub = {_short(c.number): len(c.flags) for c in evidence.cases}
    listed = {_short(number): flags for number, flags in evidence.listed.items()}
    faults = [f"case {n} does not stand in the list" for n in sorted(at_hub.keys() - listed.keys())]
    faults += [f"case {n} stands in the list and is not at the hub" for n in sorted(listed.keys() - at_hub.keys())]
    faults += [
        f"case {n}: the list says {listed[n]} flags, the hub has {at_hub[n]}"
        for n in sorted(at_hub.keys() & listed.keys())
        if listed[n] != at_hub[n]
    ]
    return Line(
        "flags over the cases in the window", f"AT-SPI, {len(listed)} rows", sum(listed.values()), tuple(faults)
    )


def _sound(evidence: Evidence) -> Line:
    silent = [f for f in evidence.flags if not _announced(f, evidence.onsets)]
    faults = tuple(f"{f.platform} {f.reference} came and no burst began within {COVERED_WITHIN:g} s" for f in silent)
    heard = len(evidence.flags) - len(silent)
    return Line("flags a red-flag burst announced", f"recording, {len(evidence.onsets)} bursts", heard, faults)


def _announced(flag: FlagAtHub, onsets: Sequence[float]) -> bool:
    return any(-_CLOCKS <= onset - flag.received_at <= COVERED_WITHIN for onset in onsets)


def _notes(evidence: Evidence) -> Line:
    kept = Counter(_plain(text) for case in evidence.cases for text in case.notes)
    typed = Counter(_plain(text) for text in evidence.typed)
    lost, extra = typed - kept, kept - typed
    faults = [f"{lost.total()} typed and not at the hub"] if lost else []
    faults += [f"{extra.total()} at the hub and not typed, or there more than once"] if extra else []
    return Line("notes at the hub", f"HTTP; {typed.total()} typed", kept.total(), tuple(faults))


def _short(number: str) -> str:
    """A list may leave the year out."""
    return number.rpartition("-")[2] if number[:4].isdigit() else number


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _words(key: FlagKey) -> str:
    return " ".join(key)


def table(lines: Sequence[Line]) -> str:
    """For reading: one row each, and below each row what is wrong with it."""
    out = [f"{'count':<38}{'from':<26}{'figure':>8}   ok"]
    for number, line in enumerate(lines, 1):
        out.append(f"{number} {line.count:<36}{line.source:<26}{line.figure:>8}   {'NO' if line.faults else 'yes'}")
        out += [f"      - {fault}" for fault in line.faults]
    return "\n".join(out)


def due_flags(scenario: Path, seconds: float) -> frozenset[FlagKey]:
    """The flags put by the lines of a scenario that come due within ``seconds``; an unknown platform is "other"."""
    due = set()
    for text in scenario.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if line["do"] == "put" and line["after"] <= seconds:
            due.add((line["platform"] if line["platform"] in _PLATFORMS else "other", line["reference"]))
    return frozenset(due)


def listed_flags(live: Mapping[str, int], earlier: Mapping[str, int], cases: Sequence[CaseAtHub]) -> dict[str, int]:
    """The list as it stands, and what it said before of the cases that were closed since."""
    closed = {_short(c.number) for c in cases if c.closed}
    gone = {n: flags for n, flags in earlier.items() if _short(n) in closed and n not in live}
    return {**gone, **live}


def gather(options: argparse.Namespace, password: str) -> Evidence:
    """Read everything."""
    cases = HubReader(options.hub, options.user, password).cases()
    bus = Bus(options.bus)
    try:
        listed = _settled_list(bus, options, cases)
    finally:
        bus.close()
    return Evidence(
        due_flags(options.scenario, options.seconds),
        cases,
        listed,
        tuple(a.onset for a in read_alarms(options.wav, options.began)),
        tuple(_json_lines(options.notes)),
    )


def _settled_list(bus: Bus, options: argparse.Namespace, cases: Sequence[CaseAtHub]) -> dict[str, int]:
    """The list once it has caught up with the hub, or as it is when patience ends."""
    earlier: dict[str, int] = {}
    for sight in _json_lines(options.earlier) if options.earlier else ():
        earlier.update(sight)
    end = time.monotonic() + options.patience
    while True:
        listed = listed_flags(read_case_list(bus, options.pid), earlier, cases)
        behind = _window(Evidence(frozenset(), tuple(cases), listed, (), ())).faults
        if not behind or time.monotonic() >= end:
            return listed
        time.sleep(0.2)


def _json_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="compare five counts of a demo run from outside")
    parser.add_argument("--scenario", type=Path, required=True, help="the file of flags that was fed")
    parser.add_argument("--seconds", type=float, required=True, help="lines due by then were fed")
    parser.add_argument("--hub", required=True, help="URL")
    parser.add_argument("--user", required=True, help="who may read every case")
    parser.add_argument("--password-stdin", action="store_true", required=True, help="one line on standard input")
    parser.add_argument("--bus", required=True, help="address of the accessibility bus")
    parser.add_argument("--pid", type=int, required=True, help="process whose window is read")
    parser.add_argument("--earlier", type=Path, help="earlier readings of the list, for cases closed since; JSON lines")
    parser.add_argument("--wav", type=Path, required=True, help="the recording")
    parser.add_argument("--began", type=float, required=True, help="Unix seconds of its first sample")
    parser.add_argument("--notes", type=Path, required=True, help="the notes that were typed; JSON lines of strings")
    parser.add_argument("--patience", type=float, default=8.0, help="seconds the window may need to catch up")
    parser.add_argument("--report", type=Path, help="also write the table as JSON")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit code."""
    options = _options(arguments)
    try:
        evidence = gather(options, sys.stdin.readline().rstrip("\n"))
    except (HubSilent, ListUnreadable, WorldError, OSError, ValueError) as unreadable:
        print(f"the audit could not read everything, so nothing is proved: {unreadable}")
        return 2
    lines = compare(evidence)
    print(table(lines))
    if options.report:
        options.report.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", encoding="utf-8")
    return 1 if any(line.faults for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
