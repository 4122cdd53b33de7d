"""A private folder and the processes that live from it, ended by pid when the folder closes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.world import reaper
from tests.world.waiting import WorldError

TOKEN_NAME = "WORLD_TOKEN"


def free_port() -> int:
    """A loopback port nobody listened on a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port."""
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


class Nest:
    """Folder, environment and services of one world.

    Every process carries ``WORLD_TOKEN`` in its environment. ``stop()`` ends exactly those; a small reaper does the
    same when the test run itself is killed outright.

    Attributes:
        dir: The folder; its path is short because Unix socket paths end at 107 characters.
        home: HOME of everything inside.
        run_dir: XDG_RUNTIME_DIR, mode 0700.
        env: Environment for everything inside; services add their addresses to it.
        token: ``NAME=value`` by which the processes are known.
    """

    def __init__(self, env: Mapping[str, str] | None = None, root: Path | None = None, keep: bool = False) -> None:
        self.token = f"{TOKEN_NAME}={uuid.uuid4().hex[:12]}"
        self.dir = Path(tempfile.mkdtemp(prefix=reaper.FOLDER_PREFIX, dir=root or "/tmp"))
        self.dir.chmod(0o711)
        self.home, self.run_dir, tmp = self.dir / "home", self.dir / "run", self.dir / "tmp"
        for folder in (
            self.run_dir,
            tmp,
            *(self.home / s for s in (".config", ".cache", ".local/share", ".local/state")),
        ):
            folder.mkdir(parents=True)
        self.run_dir.chmod(0o700)
        tmp.chmod(0o1777)
        self.env = {**self._environment(), **(env or {})}
        self.keep = keep
        self._services: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._stopped = False
        self._reaper = subprocess.Popen(
            [sys.executable, "-S", "-I", reaper.__file__, self.token, str(self.dir)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's desktop leaks in, and no service is reachable until it is added."""
        home, (name, value) = self.home, self.token.split("=")
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "TZ": "Asia/Kolkata",
            "USER": "operator",
            "LOGNAME": "operator",
            "HOME": str(home),
            "TMPDIR": str(self.dir / "tmp"),
            "XDG_RUNTIME_DIR": str(self.run_dir),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "PULSE_SERVER": f"unix:{self.run_dir}/no-sound-server",
            "CUPS_SERVER": "127.0.0.1:1",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.run_dir}/no-bus",
            name: value,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def spawn(
        self,
        command: Sequence[str],
        name: str,
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a service; what it writes goes to ``log(name)``."""
        with (self.dir / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                list(command),
                env=self.env,
                cwd=self.dir,
                stdin=stdin,
                stdout=log if stdout is None else stdout,
                stderr=log,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        self._services.append((name, process))
        return process

    def log(self, name: str) -> str:
        """What a service has written so far; empty when it never started."""
        path = self.dir / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def run(
        self, command: Sequence[str], *, check: bool = True, stdin: str | None = None, timeout: float = 30.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside and wait for its end.

        Raises:
            WorldError: It ended with a code other than 0 (only with ``check``).
        """
        done = subprocess.run(
            list(command),
            env=self.env,
            cwd=self.home,
            capture_output=True,
            text=True,
            input=stdin,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            raise WorldError(f"{' '.join(command)}: {done.stderr or done.stdout}")
        return done

    def stop(self) -> list[tuple[int, str]]:
        """End everything, remove the folder; (pid, name) of what needed KILL. May be called twice."""
        if self._stopped:
            return []
        self._stopped = True
        hard = [end for name, process in reversed(self._services) for end in _end(name, process)]
        hard += reaper.end_marked(self.token)
        for _, process in self._services:
            for pipe in (process.stdout, process.stdin):
                if pipe and not pipe.closed:
                    pipe.close()
        self._dismiss_reaper()
        if not self.keep:
            shutil.rmtree(self.dir, ignore_errors=True)
        return hard

    def _dismiss_reaper(self) -> None:
        assert self._reaper.stdin
        self._reaper.stdin.write(b"x")
        self._reaper.stdin.close()
        self._reaper.wait(5)


def _end(name: str, process: subprocess.Popen[bytes]) -> list[tuple[int, str]]:
    if process.poll() is not None:
        return []
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(3)
        return [(process.pid, name)]
    return []
