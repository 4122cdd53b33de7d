"""What a hub says of its own work: events, routes and numbers, never persons.

A log is read by people who have no business with any case, copied to other machines and kept for years. So nothing of
a request stands in it but the pattern of its address, and an error is told by its kind and its places in the program,
never by its words, which may quote what it failed on.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

from typing_extensions import override

Form = Literal["auto", "json", "plain", "none"]
FIELDS: Final = ("event", "method", "route", "status", "ms", "request_id", "role")
"""What a record may carry beside its words; everything else that hangs on one is left out."""


@contextmanager
def telling(form: Form, stream: TextIO | None = None) -> Iterator[None]:
    """Send what the hub and its server say to standard error while it lasts."""
    if form == "none":
        yield
        return
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain() if form == "plain" or (form == "auto" and out.isatty()) else Lines())
    root = logging.getLogger()
    # the migrations' own chatter tells nothing about the hub
    logging.getLogger("alembic").setLevel(logging.WARNING)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


class Lines(logging.Formatter):
    """One JSON object per line."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        # a request is told by its fields; its words would only say them again
        told |= fields or {"says": record.getMessage()}
        if record.exc_info:
            told["error"] = places(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str)


class Plain(logging.Formatter):
    """One line to read."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, an error with its places below."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        line = f"{at} {record.levelname} {record.getMessage()}"
        if record.exc_info:
            line += f"\n{places(record.exc_info[1])}"
        return line


def places(error: BaseException | None) -> str:
    """An error by its kind and its places in the program; its own words may quote what it failed on."""
    if error is None:
        return "error\n"
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
