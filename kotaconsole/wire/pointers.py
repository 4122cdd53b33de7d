"""Where a document is wrong, from the sentence of whoever read it.

One rule for all that is refused: the pointer is that of the member itself, also of one that is missing
(`/payload/text`, `/n`). It is empty where the document as a whole could not be read.
"""

from __future__ import annotations

import re
from typing import Final

_AT: Final = re.compile(r" - at `\$([^`]*)`")
_STEP: Final = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")
_MISSING: Final = re.compile(r"missing required field `([A-Za-z0-9_]+)`")


def missing(member: str) -> str:
    """The sentence for a member that is missing, as the parser itself would say it."""
    return f"Object missing required field `{member}`"


def pointer(complaint: str, root: str = "") -> str:
    """The JSON pointer of the member a complaint is about, as exactly as the complaint says, below `root`."""
    at, absent = _AT.search(complaint), _MISSING.search(complaint)
    steps = [name or index for name, index in _STEP.findall(at[1])] if at else []
    return "".join((root, *(f"/{step}" for step in (*steps, *([absent[1]] if absent else [])))))
