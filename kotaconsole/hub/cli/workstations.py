"""`hub workstation ...`: the desks the hub has seen."""

from __future__ import annotations

import argparse
from typing import Any

from kotaconsole.hub.cli.shared import existing, opened, say, shared_options, table


def add_commands(commands: Any) -> None:
    """Add `workstation`."""
    group = commands.add_parser("workstation", help="डेस्क / workstations")
    words = group.add_subparsers(required=True, metavar="COMMAND")
    everything = words.add_parser("list", help="सूची / list all")
    shared_options(everything)
    everything.set_defaults(run=_list)
    for word, about, run in (
        ("revoke", "बाहर करें / shut one out that was lost", _revoke),
        ("allow", "फिर आने दें / let one in again", _allow),
    ):
        parser = words.add_parser(word, help=about)
        parser.add_argument("workstation", metavar="DESK", help="K3, or the workstation's id")
        shared_options(parser)
        parser.set_defaults(run=run)


def _list(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.workstations import list_workstations

    existing(asked)
    with opened(asked) as hub, hub.database.reader.begin() as connection:
        rows = [
            (one.desk, one.name, one.version, one.first_seen.iso(), one.revoked_at and one.revoked_at.iso(), one.id)
            for one in list_workstations(connection)
        ]
    table(("DESK", "नाम / NAME", "VERSION", "पहली बार / FIRST SEEN", "बाहर / SHUT OUT", "ID"), rows)
    return 0


def _revoke(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.workstations import revoke_workstation

    existing(asked)
    with opened(asked) as hub:
        revoke_workstation(hub.database.writer, hub.now, workstation=asked.workstation)
    say("The workstation was shut out; a running hub ends its sessions within seconds. What waits in its queue is not"
        " lost: it goes out when it is let in again with 'kotaconsole hub workstation allow'.",
        "डेस्क बाहर कर दिया गया; चलता हुआ हब कुछ सेकंड में उसके सत्र समाप्त करता है। उसकी कतार में जो है वह नष्ट नहीं होता:"
        " 'kotaconsole hub workstation allow' से फिर आने देने पर वह पहुँचता है।")  # fmt: skip
    return 0


def _allow(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.workstations import allow_workstation

    existing(asked)
    with opened(asked) as hub:
        allow_workstation(hub.database.writer, hub.now, workstation=asked.workstation)
    say("The workstation may come in again.", "डेस्क फिर आ सकता है।")
    return 0
