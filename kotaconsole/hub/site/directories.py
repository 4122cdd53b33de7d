"""The directory a hub works with now: one place that everybody asks, because it changes while the hub runs."""

from __future__ import annotations

import hashlib

from kotaconsole.domain.directory import Directory
from kotaconsole.wire import codec


class Directories:
    """Holds the current directory.

    Attributes:
        current: the directory. body: as it travels. etag: another one for every other content.

    Thread: changed on the event loop; the value itself is frozen, so any thread may go on with the one it has.
    """

    def __init__(self, directory: Directory, triage_revision: str | int | None) -> None:
        self._triage_revision = triage_revision
        self.take(directory)

    def take(self, directory: Directory) -> None:
        """Work with another directory from here on."""
        told = {**codec.plain(directory), "triage_revision": self._triage_revision}
        self.current = codec.convert(told, Directory)
        self.body = codec.encode(self.current)
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'
