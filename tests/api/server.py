"""A web server on loopback that answers what a test tells it to, byte for byte."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Say:
    """One answer. `cut` closes the connection after the headers and so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    kind: str | None = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


def say(value: Any, status: int = 200, **headers: str) -> Say:
    """A JSON answer."""
    return Say(
        status,
        json.dumps(value, ensure_ascii=False).encode(),
        headers={n.replace("_", "-"): v for n, v in headers.items()},
    )


def problem(status: int, code: str, *, terminal: bool = False, **headers: str) -> Say:
    """A problem document."""
    body = {"type": "about:blank", "title": code, "status": status, "detail": "", "code": code, "terminal": terminal}
    kept = {name.replace("_", "-"): value for name, value in headers.items()}
    return Say(status, json.dumps(body).encode(), "application/problem+json", kept)


Script = Callable[[Asked], "Say | None"]


class Server:
    """Listens on a free port; `None` from the script closes the connection without a word."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, parts.path, query, headers, body)
                outer.asked.append(asked)
                answer = outer.script(asked)
                if answer is None:
                    self.close_connection = True
                    return
                # a test may say another day than today
                (self.send_response_only if "Date" in answer.headers else self.send_response)(answer.status)
                if answer.kind is not None:
                    self.send_header("Content-Type", answer.kind)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
                if answer.cut is not None:
                    self.close_connection = True

            do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - http.server asks for these names

            def log_message(self, *_: object) -> None:
                """Nothing: the tests look at `asked`."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that goes away in mid-answer is what many tests are about."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="test-server", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
