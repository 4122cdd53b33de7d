"""`hub audit ...`: checking the audit log."""

from __future__ import annotations

import argparse
from typing import Any

from kotaconsole.hub.audit import verify
from kotaconsole.hub.cli.shared import existing, shared_options


def add_commands(commands: Any) -> None:
    """Add `audit`."""
    words = commands.add_parser("audit", help="लेखा / the audit log").add_subparsers(required=True, metavar="COMMAND")
    check = words.add_parser("verify", help="जाँचें / check the whole log")
    shared_options(check)
    verify.add_arguments(check)
    check.set_defaults(run=_verify)


def _verify(asked: argparse.Namespace) -> int:
    existing(asked)
    return verify.audit_verify(asked)
