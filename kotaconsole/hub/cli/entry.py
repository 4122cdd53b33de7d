"""Taking the command line apart, and handing it to its group."""

from __future__ import annotations

import argparse
import sys

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.cli import audit, backup, directory, people, prune, serving, settings, sources, units, workstations

FAILED = 2


def main(argv: list[str]) -> int:
    """Run one sub-command; 0, or 2 after a sentence on standard error."""
    asked = _parser().parse_args(argv)
    try:
        return int(asked.run(asked))
    except EnvironmentFault as fault:
        print(fault.sentence.both(), file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kotaconsole hub", description="हब / the Referral API server")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in (serving, people, units, directory, settings, sources, workstations, backup, audit, prune):
        group.add_commands(commands)
    return parser
