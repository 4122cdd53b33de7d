"""Taking the command line apart, and handing it to its group."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy.exc import DatabaseError

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.arguments import FAILED, Parser
from kotaconsole.hub.cli import audit, backup, directory, people, prune, serving, settings, sources, units, workstations
from kotaconsole.hub.storage import cipher
from kotaconsole.hub.storage.database import file_of, is_passing, met


def main(argv: list[str]) -> int:
    """Run one sub-command; 0, or 2 after a sentence on standard error."""
    asked = _parser().parse_args(argv)
    try:
        return _run(asked)
    except EnvironmentFault as fault:
        print(fault.sentence.both(), file=sys.stderr)
        return FAILED


def _run(asked: argparse.Namespace) -> int:
    """Run it; a page that is damaged, or a disk that is full, shows wherever it is met."""
    try:
        return int(asked.run(asked))
    except DatabaseError as error:
        if not is_passing(error):
            raise
        raise met(file_of(asked.db), error) from None
    except cipher.DRIVER.DatabaseError as error:
        raise met(file_of(asked.db), error) from None


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="kotaconsole hub", description="हब / the Referral API server")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in (serving, people, units, directory, settings, sources, workstations, backup, audit, prune):
        group.add_commands(commands)
    return parser
