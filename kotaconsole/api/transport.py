"""One HTTP connection to the hub, with every limit that keeps a bad answer from hurting: the home of requests."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection

from kotaconsole.api import faults
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.wire.codec import MAX_ANSWER

_CHUNK: Final = 64 * 1024
_GZIP: Final = 31
_WHOLE_ANSWER_S: Final = 30.0
"""A server that sends a byte now and then never meets the read time-out; this ends it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read whole and unpacked.

    Attributes:
        kind: media type without parameters, lower case.
        headers: by lower-case name.
    """

    status: int
    kind: str
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends one request at a time.

    Thread: one at a time; `abort` may be called on any.
    """

    def __init__(self, base_url: str, *, ca_file: Path | None, connect_timeout: float) -> None:
        self._base = checked(base_url)
        self._connect_timeout = connect_timeout
        self.aborted = False
        self._adapter = _Adapter(ca_file)
        self._session = requests.Session()
        # proxies, .netrc and certificate variables of the environment must not decide where personal data goes
        self._session.trust_env = False
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)
        self._session.headers.clear()

    def send(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None, read_timeout: float,
             query: Mapping[str, Any] | None = None) -> Reply:  # fmt: skip
        """Send and read the whole answer.

        Raises:
            EnvironmentFault: `hub-unreachable`, `hub-timeout` or `hub-certificate`.
            ContractBreach: the answer is too large, or packed in a way nobody asked for.
        """
        if self.aborted:
            raise faults.unreachable("aborted")
        try:
            with self._session.request(
                method, self._base + path, params=query, data=body, stream=True, allow_redirects=False,
                headers={"Accept": "application/json", "Accept-Encoding": "gzip", **headers},
                timeout=(self._connect_timeout, read_timeout),
            ) as response:  # fmt: skip
                raw = _read(response.raw, time.monotonic() + read_timeout + _WHOLE_ANSWER_S)
                found = {name.lower(): value for name, value in response.headers.items()}
                kind = found.get("content-type", "").partition(";")[0].strip().lower()
                return Reply(response.status_code, kind, found, _unpacked(raw, found.get("content-encoding", "")))
        except requests.exceptions.SSLError as problem:
            raise faults.certificate(_name(problem)) from problem
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as problem:
            raise faults.timed_out(_name(problem)) from problem
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            raise faults.unreachable(_name(problem)) from problem

    def abort(self) -> None:
        """End a request under way at once and refuse all later ones. Thread: any."""
        self.aborted = True
        self._adapter.cut()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


def checked(base_url: str) -> str:
    """The address without its last slash.

    Raises:
        EnvironmentFault: `hub-address`; not https, and not plain http to this computer itself.
    """
    try:
        parts = urlsplit(base_url)
        parts.port  # noqa: B018 - the look itself raises on a port that is none
    except ValueError as problem:
        raise faults.address("not an address") from problem
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise faults.address("not an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise faults.address("plain http beyond this computer" if parts.scheme == "http" else "no such scheme")
    return base_url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Adapter(HTTPAdapter):
    """Trusts the system's store or one pinned file, and can cut its connections."""

    def __init__(self, ca_file: Path | None) -> None:
        self._context = _context(ca_file)
        self._open: set[HTTPConnection] = set()
        self._cut = False
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": self._pool(False), "https": self._pool(True)}

    @override
    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # the context alone decides: requests would add its own bundle to the system's store
        conn.cert_reqs = "CERT_REQUIRED"

    def cut(self) -> None:
        self._cut = True
        for connection in tuple(self._open):
            _shut(connection)

    def _pool(self, secure: bool) -> Any:
        adapter = self

        def opened(connection: HTTPConnection) -> None:
            adapter._open.add(connection)
            if adapter._cut:
                _shut(connection)

        if secure:

            class Secure(HTTPSConnection):
                @override
                def connect(self) -> None:
                    super().connect()
                    opened(self)

            return type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": Secure})

        class Plain(HTTPConnection):
            @override
            def connect(self) -> None:
                super().connect()
                opened(self)

        return type("Pool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": Plain})


def _shut(connection: HTTPConnection) -> None:
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already, which is what was wanted


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as problem:
        raise faults.ca_file(_name(problem)) from problem
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read(raw: Any, until: float) -> bytes:
    parts, size = [], 0
    while chunk := raw.read(_CHUNK, decode_content=False):
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER:
            raise ContractBreach("the answer is larger than 8 MiB")
        if time.monotonic() > until:
            raise faults.timed_out("the answer comes too slowly")
    return b"".join(parts)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Undo gzip, never further than the limit: a few kilobytes can unpack to gigabytes."""
    packing = encoding.strip().lower()
    if packing in ("", "identity") or not body:
        return body
    if packing not in ("gzip", "x-gzip"):
        raise ContractBreach("the answer is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        whole = unpacker.decompress(body, MAX_ANSWER + 1)
    except zlib.error:
        raise ContractBreach("the answer cannot be unpacked") from None
    if len(whole) > MAX_ANSWER:
        raise ContractBreach("the answer unpacks to more than 8 MiB")
    if not unpacker.eof:
        raise ContractBreach("the answer ends too early")
    return whole


def _name(problem: BaseException) -> str:
    """The kind of failure for the log; its text may hold an address with data in it."""
    inner = getattr(problem, "args", ())
    reason = getattr(inner[0], "reason", None) if inner else None
    return type(reason or problem).__name__
