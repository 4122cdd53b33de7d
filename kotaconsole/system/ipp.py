"""One question to the print server in its own language: in which state is this job?

`lpstat` cannot say it: it gives the same words for a job that was printed and for one the server gave up.
"""

from __future__ import annotations

import socket
import struct
from http.client import HTTPConnection, HTTPException
from typing import Final

from typing_extensions import override

PENDING: Final = 3
HELD: Final = 4
PROCESSING: Final = 5
STOPPED: Final = 6
CANCELED: Final = 7
ABORTED: Final = 8
COMPLETED: Final = 9
"""`job-state` (RFC 8011, 5.3.7)."""

_GET_JOB_ATTRIBUTES: Final = 0x0009
_NOT_FOUND: Final = frozenset({0x0406, 0x0407})
_TIMEOUT_S: Final = 10.0
_OPERATION_GROUP, _END, _INTEGER, _ENUM = 0x01, 0x03, 0x21, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE = 0x42, 0x44, 0x45, 0x47, 0x48


class IppError(Exception):
    """The server did not answer, or not in IPP."""


def job_state(server: str, job: int) -> int | None:
    """The job's state as one of the numbers above; None when the server knows no such job.

    Args:
        server: `host:port`, or the path of the server's socket, as `lpstat -H` says it.
        job: the server's number of the job.

    Raises:
        IppError: no answer within 10 s, or none that can be read.

    Thread: any but the GUI's.
    """
    answer = _post(server, _question(job))
    try:
        status = struct.unpack_from(">H", answer, 2)[0]
        if status in _NOT_FOUND:
            return None
        if status >= 0x0100:
            raise IppError(f"status {status:#06x}")
        state = _enum(answer, "job-state")
    except (struct.error, IndexError) as problem:
        raise IppError("the answer is cut short") from problem
    if state is None:
        raise IppError("the answer has no job-state")
    return state


def _question(job: int) -> bytes:
    return b"".join(
        (
            struct.pack(">BBHIB", 1, 1, _GET_JOB_ATTRIBUTES, 1, _OPERATION_GROUP),
            _attribute(_CHARSET, "attributes-charset", b"utf-8"),
            _attribute(_LANGUAGE, "attributes-natural-language", b"en"),
            _attribute(_URI, "printer-uri", b"ipp://localhost/"),
            _attribute(_INTEGER, "job-id", struct.pack(">i", job)),
            _attribute(_NAME, "requesting-user-name", b"kotaconsole"),
            _attribute(_KEYWORD, "requested-attributes", b"job-state"),
            bytes([_END]),
        )
    )


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode("ascii") + struct.pack(">H", len(value)) + value


def _enum(answer: bytes, wanted: str) -> int | None:
    """The value of an enumeration in an answer (RFC 8010, 3.1)."""
    at = 8
    while answer[at] != _END:
        tag, at = answer[at], at + 1
        if tag < 0x10:  # a group begins
            continue
        length = struct.unpack_from(">H", answer, at)[0]
        name, at = answer[at + 2 : at + 2 + length], at + 2 + length
        size = struct.unpack_from(">H", answer, at)[0]
        if tag == _ENUM and name == wanted.encode("ascii"):
            return int(struct.unpack_from(">i", answer, at + 2)[0])
        at += 2 + size
    return None


class _SocketFile(HTTPConnection):
    """HTTP over the server's socket file, the way of a CUPS on the same machine."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_TIMEOUT_S)
        self._path = path

    @override
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT_S)
        self.sock.connect(self._path)


def _post(server: str, body: bytes) -> bytes:
    host, _, port = server.rpartition(":")
    link = (
        _SocketFile(server)
        if server.startswith("/")
        else HTTPConnection(host.strip("[]") or server, int(port) if port.isdigit() else 631, timeout=_TIMEOUT_S)
    )
    try:
        link.request("POST", "/", body, {"Content-Type": "application/ipp"})
        answer = link.getresponse()
        if answer.status != 200:
            raise IppError(f"HTTP {answer.status}")
        return answer.read(65_536)
    except (OSError, HTTPException) as problem:
        raise IppError(type(problem).__name__) from problem
    finally:
        link.close()
