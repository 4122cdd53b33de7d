"""The other end of ``tests.bench.lines``: what a process of a bench says, and how it hears."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any


def say(what: str, **fields: Any) -> None:
    """One line, written whole. Thread: any."""
    os.write(1, json.dumps({"is": what, **fields}).encode() + b"\n")


def listen(hear: Callable[[dict[str, Any]], None], over: Callable[[], None]) -> None:
    """Call ``hear`` with every line of standard input, and ``over`` at its end, on a thread of its own."""

    def run() -> None:
        for line in sys.stdin:
            hear(json.loads(line))
        over()

    threading.Thread(target=run, name="bench-orders", daemon=True).start()
