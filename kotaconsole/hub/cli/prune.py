"""`hub prune`: the night's work, now. A running hub does it by itself at its quiet hour."""

from __future__ import annotations

import argparse
import os
from typing import Any

from kotaconsole.hub.cli.shared import existing, fail, opened, say, shared_options


def add_commands(commands: Any) -> None:
    """Add `prune`."""
    prune = commands.add_parser("prune", help="पुराने प्रकरण हटाएँ / prune what is over; the hub has to be stopped")
    shared_options(prune)
    prune.set_defaults(run=_prune)


def _prune(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.clock import WallClock
    from kotaconsole.hub.keeping.offline import keep_now
    from kotaconsole.hub.problems import Refused
    from kotaconsole.hub.storage.database import lock

    held = lock(existing(asked))
    try:
        with opened(asked) as hub:
            done = keep_now(hub.database, hub.directory, hub.settings.site, WallClock())
    except Refused as refused:
        raise fail(
            "hub-prune",
            f"Pruning was broken off ({refused.code}); what was done stays done. Check the disk and run it again.",
            f"हटाने का काम बीच में रुका ({refused.code}); जो हो गया वह हो गया। डिस्क जाँचें और फिर चलाएँ।",
        ) from None
    finally:
        os.close(held)
    say(f"{done.pruned} cases were pruned.", f"{done.pruned} प्रकरण हटाए गए।")
    return 0
