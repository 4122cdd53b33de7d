"""The site's own command, for when nobody listens anywhere: a gateway for short messages, a call, a siren."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from typing import Final

from kotaconsole.domain.clock import Instant

_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


async def run(argv: tuple[str, ...], unit: str, since: Instant, limit_s: float) -> str | None:
    """Run the command to its end and say what went wrong, if anything did.

    It is told the unit and since when, and nothing else: neither a case nor the hub's own surroundings, which may
    hold secrets. What is left of it after `limit_s` seconds is ended, with everything it began.
    """
    told = {"PATH": _PATH, "LANG": "C.UTF-8", "KOTACONSOLE_UNIT": unit, "KOTACONSOLE_SINCE": since.iso()}
    try:
        process = subprocess.Popen(  # noqa: ASYNC220 - begun in a moment, and then only looked at
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=told, cwd="/",
            start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        return f"the command could not be started ({type(error).__name__})"
    try:
        await asyncio.to_thread(process.wait, limit_s)
    except subprocess.TimeoutExpired:
        return f"the command took longer than {limit_s:g} s and was ended"
    finally:
        _end(process)
    return None if process.returncode == 0 else f"the command ended with status {process.returncode}"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
