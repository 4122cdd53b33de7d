"""The log of a desk: enough to mend the program, nothing that tells who a case is about.

Two nets, because people forget one: values wrapped in `Personal` never turn into text, and every finished line,
tracebacks included, is combed for phone numbers, addresses, handles and the parameters of SQL statements.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from typing_extensions import override

from kotaconsole.system.paths import profile_unusable

LOG_FILE: Final = "console.log"
_MAX_BYTES: Final = 2_000_000
_KEPT: Final = 5
HIDDEN: Final = "[personal]"

_COMB: Final = re.compile(
    r"""
    (?P<keep>
        [0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}       # a UUID
      | \b20\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,6})?)?)?      # a date, perhaps with a time
      | \b20\d\d-\d{6}\b                                                                  # a case number
      | \b[A-Z][A-Z0-9]{0,7}-\d{6}-\d{2,4}\b                                              # a slip number
    )
  | \[parameters:[^\n]*                              # what SQLAlchemy appends to a failed statement
  | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                     # e-mail
  | (?i:https?://)?(?i:[\w-]+\.)*(?i:facebook|instagram|threads|whatsapp|fb|wa)\.(?i:com|net|me)/\S+
  | (?<!\w)@[\w.]{2,}                                # a handle
  | (?<![\w.])\+?\(?\d(?:[ ().-]{0,2}\d){7,14}(?!\w) # eight digits and more, however spaced, in any script
    """,
    re.VERBOSE,
)


class Personal:
    """A value that must never reach a log, whatever formats it.

    Wrap a name or number where it may end up in a message; `value` is for those who mean it.
    """

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __str__(self) -> str:
        return HIDDEN

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return HIDDEN


def redact(text: str) -> str:
    """The text with everything that looks personal hidden; ids, dates, case and slip numbers stay."""
    return _COMB.sub(lambda hit: hit.group("keep") or HIDDEN, text)


class _Redacting(logging.Formatter):
    """Combs the finished line.

    The whole line, because the exception's text may have been put into the record by another handler already.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _NotMarked(logging.Filter):
    """Drops records somebody marked with `extra={"personal": True}`."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(record, "personal", False)


class LogFile:
    """The log file of a desk, fed by the root logger from construction to `close`.

    Thread: any may log; construct and close on the thread that starts and stops the program.
    """

    def __init__(self, folder: Path, level: int = logging.INFO) -> None:
        """Open the log in the folder: five files of 2 MB, readable by their owner only.

        Raises:
            EnvironmentFault: `profile-unusable`; the folder cannot be written.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = RotatingFileHandler(folder / LOG_FILE, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8")
        except OSError as problem:
            raise profile_unusable(problem) from problem
        handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
        handler.addFilter(_NotMarked())
        self._handler = handler
        self._root = logging.getLogger()
        self._level_before = self._root.level
        self._root.addHandler(handler)
        self._root.setLevel(level)

    def close(self) -> None:
        """Take the file off the root logger again; a second call does nothing."""
        self._root.removeHandler(self._handler)
        self._root.setLevel(self._level_before)
        self._handler.close()
