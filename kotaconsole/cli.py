"""The command line: which part of the program is wanted.

Parts are imported only when they are asked for, because the window has to be there at once and needs none of the
hub, and the hub has no window.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kotaconsole import __version__
from kotaconsole.domain.errors import EnvironmentFault

if TYPE_CHECKING:
    from argparse import ArgumentParser

_USAGE = """kotaconsole [--hub URL] [--profile DIR] [--config FILE]   the console
       kotaconsole demo [...]                                     a training night with a hub of its own
       kotaconsole doctor [--json] [...]                          look at sound, link, files, clock and printer
       kotaconsole hub serve|user ...                             the hub
       kotaconsole flags FILE --hub URL ...                       put flags in through the hub's intake"""


def main(argv: list[str]) -> int:
    """Run a sub-command; returns the exit status: 0 good, 1 a fault that is explained, 2 wrong words."""
    try:
        if argv[:1] == ["hub"]:
            from kotaconsole.hub.cli import main as hub

            return hub(argv[1:])
        if argv[:1] == ["flags"]:
            from kotaconsole.hub.feeder import main as feeder

            return feeder(argv[1:])
        if argv[:1] == ["demo"]:
            return _demo(argv[1:])
        if argv[:1] == ["doctor"]:
            return _doctor(argv[1:])
        return _console(argv)
    except EnvironmentFault as fault:
        print(fault.sentence.both(), file=sys.stderr)
        if fault.technical:
            print(f"({fault.code}: {fault.technical})", file=sys.stderr)
        return 1


def _console(argv: list[str]) -> int:
    # what is imported now stays: looking through it for garbage is 3 ms until `app.startup` has painted its window
    gc.disable()
    from kotaconsole.app import Options, run

    if not argv:
        # from the menu, as a desk is started every day: no words to read, so their reader is not waited for
        return run(Options())
    parser = _parser(prog="kotaconsole", usage=_USAGE, description="The operators' console.")
    _desk_options(parser)
    parser.add_argument("--hub", metavar="URL", help="address of the hub; overrides the site file")
    parser.add_argument("--version", action="version", version=__version__)
    wanted = parser.parse_args(argv)
    return run(Options(profile=wanted.profile, config=wanted.config, hub=wanted.hub, queue=wanted.queue))


def _doctor(argv: list[str]) -> int:
    """0 when every part of the desk is good, 1 when one is not or could not be looked at."""
    parser = _parser(prog="kotaconsole doctor", description="डेस्क की जाँच / look at everything a desk needs")
    _desk_options(parser)
    parser.add_argument("--hub", metavar="URL", help="address of the hub; overrides the site file")
    parser.add_argument("--json", action="store_true", help="प्रोग्रामों के लिए / one JSON object, for programs")
    wanted = parser.parse_args(argv)
    from kotaconsole.app import Options
    from kotaconsole.app.doctor import examine_desk
    from kotaconsole.app.findings import all_good, as_json, as_text
    from kotaconsole.system.clock import SystemClock

    clock = SystemClock()
    findings = []
    for finding in examine_desk(Options(wanted.profile, wanted.config, wanted.hub, wanted.queue), clock):
        findings.append(finding)
        if not wanted.json:  # a look takes seconds: whoever waits sees how far it is
            print(as_text([finding]), flush=True)
    if wanted.json:
        print(as_json(findings, version=__version__, now=clock.now()))
    return 0 if all_good(findings) else 1


def _demo(argv: list[str]) -> int:
    parser = _parser(prog="kotaconsole demo", description="A training night with a hub of its own.")
    _desk_options(parser)
    parser.add_argument("--seconds", type=float, metavar="N", help="end by itself after N seconds")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="let the night pass X times as fast")
    wanted = parser.parse_args(argv)
    from kotaconsole.demo import Night, run

    return run(Night(wanted.profile, wanted.config, wanted.queue, wanted.seconds, wanted.speed))


def _parser(prog: str, description: str, usage: str | None = None) -> ArgumentParser:
    from kotaconsole.hub.arguments import Parser

    return Parser(prog=prog, usage=usage, description=description)


def _desk_options(parser: ArgumentParser) -> None:
    parser.add_argument("--profile", type=Path, metavar="DIR", help="folder of this desk")
    parser.add_argument("--config", type=Path, metavar="FILE", help="site file in place of the machine's")
    parser.add_argument("--queue", metavar="NAME", help="print queue for slips; overrides the site file")
