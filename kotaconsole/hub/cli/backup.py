"""`hub backup` and `hub restore`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kotaconsole.hub.cli.shared import existing, noted, opened, say, shared_options


def add_commands(commands: Any) -> None:
    """Add `backup` and `restore`."""
    keep = commands.add_parser("backup", help="बैकअप लें / write a backup, also while the hub runs")
    keep.add_argument("--to", type=Path, required=True, metavar="FILE")
    shared_options(keep)
    keep.set_defaults(run=_backup)
    back = commands.add_parser("restore", help="बैकअप से लौटाएँ / go back to a backup; the hub has to be stopped")
    back.add_argument("--from", type=Path, required=True, metavar="FILE", dest="source")
    shared_options(back)
    back.set_defaults(run=_restore)


def _backup(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.storage.backup import write_backup

    existing(asked)
    with opened(asked) as hub:
        noted(hub, "backup taken")
    size = write_backup(asked.db, asked.key_file, asked.to)
    say(f"The backup was written and checked: {asked.to} ({size / 1_000_000:.1f} MB). It opens only with the hub's key,"
        " which is not in it: keep both, and apart from each other.",
        f"बैकअप लिख कर जाँच लिया गया: {asked.to} ({size / 1_000_000:.1f} MB)। यह केवल हब की कुंजी से खुलता है, जो इसमें"
        " नहीं है: दोनों रखें, पर अलग-अलग।")  # fmt: skip
    return 0


def _restore(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.clock import WallClock
    from kotaconsole.hub.restore import restore

    done = restore(asked.db, asked.key_file, asked.source, WallClock().now())
    if done.aside is not None:
        say(f"What stood there before was kept: {done.aside}", f"जो पहले था वह रखा गया है: {done.aside}")
    say(f"The backup of {done.until} was put back, under the new epoch {done.epoch}. Start the hub: the consoles read"
        " their lists anew and offer what they entered since. Shut out again whoever was shut out after the backup.",
        f"{done.until} का बैकअप नए युग {done.epoch} में लौटाया गया। हब शुरू करें: कंसोल अपनी सूची नए सिरे से पढ़ते हैं"
        " और उसके बाद का लिखा फिर भेजते हैं। बैकअप के बाद जिन्हें बाहर किया गया था उन्हें फिर बाहर करें।")  # fmt: skip
    return 0
