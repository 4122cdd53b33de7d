"""The question about a job, against servers that answer badly, and over a socket file."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kotaconsole.system import ipp
from kotaconsole.system.ipp import IppError, job_state


def answer(state: int = ipp.COMPLETED, status: int = 0, name: bytes = b"job-state") -> bytes:
    attribute = struct.pack(">BH", 0x23, len(name)) + name + struct.pack(">Hi", 4, state)
    charset = struct.pack(">BH", 0x47, 18) + b"attributes-charset" + struct.pack(">H", 5) + b"utf-8"
    return struct.pack(">BBHI", 1, 1, status, 1) + b"\x01" + charset + b"\x02" + attribute + b"\x03"


@contextmanager
def serving(listener: socket.socket, body: bytes, head: bytes = b"HTTP/1.1 200 OK") -> Iterator[None]:
    """One answer to one connection."""

    def serve() -> None:
        link, _ = listener.accept()
        with link:
            asked = b""
            while not asked.endswith(b"\x03"):  # the end of the question; closing earlier would reset the link
                asked += link.recv(65_536)
            link.sendall(head + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)

    listener.listen(1)
    thread = threading.Thread(target=serve, name="one answer")
    thread.start()
    try:
        yield
    finally:
        thread.join(10)
        listener.close()
    assert not thread.is_alive()


def ask(body: bytes, head: bytes = b"HTTP/1.1 200 OK") -> int | None:
    listener = socket.create_server(("127.0.0.1", 0))
    with serving(listener, body, head):
        return job_state(f"127.0.0.1:{listener.getsockname()[1]}", 7)


@pytest.mark.parametrize("state", [ipp.PENDING, ipp.PROCESSING, ipp.CANCELED, ipp.ABORTED, ipp.COMPLETED])
def test_the_state_is_read(state: int) -> None:
    assert ask(answer(state)) == state


def test_a_socket_file_is_a_server_too(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "cups.sock"))
    with serving(listener, answer(ipp.ABORTED)):
        assert job_state(str(tmp_path / "cups.sock"), 7) == ipp.ABORTED


def test_an_unknown_job_is_none_and_a_refusal_is_not() -> None:
    assert ask(answer(status=0x0406)) is None
    with pytest.raises(IppError, match="0x0403"):
        ask(answer(status=0x0403))


@pytest.mark.parametrize("body", [b"", b"\x01", answer()[:9], answer()[:40], answer()[:-3], answer(name=b"job-other")])
def test_an_answer_that_says_nothing_is_no_state(body: bytes) -> None:
    with pytest.raises(IppError):
        ask(body)


def test_what_is_no_ipp_server_is_told() -> None:
    with pytest.raises(IppError, match="HTTP 503"):
        ask(b"", b"HTTP/1.1 503 Busy")
    with pytest.raises(IppError):
        ask(b"", b"220 mail.example ESMTP")
    with pytest.raises(IppError, match="ConnectionRefusedError"):
        job_state("127.0.0.1:1", 7)
