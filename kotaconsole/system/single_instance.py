"""One console per desk folder: two writers on one outbox would number commands twice."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.system.paths import profile_unusable

_TAKEN = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class SingleInstance:
    """Holds the desk folder's lock from construction to `release`.

    The lock belongs to the open file, so the system lets go of it however the process ends; the file itself stays.
    Thread: any; release on the thread that stops the program.
    """

    def __init__(self, lock_file: Path) -> None:
        """Take the lock.

        Raises:
            EnvironmentFault: `second-instance` while another console has it; `profile-unusable` otherwise.
        """
        try:
            self._file: IO[bytes] = lock_file.open("ab")
        except OSError as problem:
            raise profile_unusable(problem) from problem
        try:
            _take(self._file)
        except OSError as problem:
            self._file.close()
            if problem.errno not in _TAKEN:
                raise profile_unusable(problem) from problem
            raise EnvironmentFault("second-instance", _SECOND) from problem

    def release(self) -> None:
        """Let go; a second call does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


_SECOND = Bilingual(
    en="The console is already open on this desk, so this second one ends. Everything saved is safe and nothing was "
    "changed. Work in the window that is open, and sign in there if it asks; look on the other screens and in the "
    "task bar.",
    hi="इस डेस्क पर कंसोल पहले से खुला है, इसलिए यह दूसरा बंद होता है। सुरक्षित किया सब कुछ सुरक्षित है, कुछ नहीं बदला। "
    "खुली हुई विंडो में ही काम करें और वह पूछे तो वहीं साइन इन करें; दूसरी स्क्रीन और टास्कबार में देखें।",
)
