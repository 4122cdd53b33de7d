"""`kotaconsole hub serve`: checks what it was told, listens, and stops without leaving anyone waiting."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvicorn

from kotaconsole.domain.clock import Clock
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.state import Hub, read_papers
from kotaconsole.hub.storage import database
from kotaconsole.hub.web.application import application
from kotaconsole.hub.web.connection import HubConnection, tune_process

GRACE_S: Final = 4
"""Seconds a stopping hub gives to requests that are under way."""
IDLE_S: Final = 75
"""Seconds a quiet connection is kept, so that a desk's polls and commands need no new handshake."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen, and with which certificate."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None


class HubServer(uvicorn.Server):
    """A server that says when it listens, and that answers waiting polls before it stops."""

    def __init__(self, config: uvicorn.Config, hub: Hub, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._hub = hub
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer whoever waits, then end."""
        self._hub.feeds.stop()
        await super().shutdown(sockets)


def serve(settings: HubSettings, listen: Listen, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    `say` is given the one line that tells where the hub listens.

    Raises:
        EnvironmentFault: the hub cannot or must not start.
    """
    guard(listen, settings)
    tune_process()
    with Running(settings, listen, WallClock()) as running:
        running.server(lambda: say(running.line())).run(sockets=[running.socket])


class Running:
    """A hub with its file, its lock and its listening socket; `with` gives them back."""

    def __init__(self, settings: HubSettings, listen: Listen, clock: Clock) -> None:
        self._settings = settings
        self._listen = listen
        papers = read_papers(settings.resources, settings.directory)
        file = database.file_of(settings.db)
        with ExitStack() as begun:
            self.socket = begun.enter_context(bind(listen.host, listen.port))
            begun.callback(os.close, database.lock(file))
            self.hub = Hub(settings, database.open_database(settings.db, settings.key_file), papers, clock)
            self._held = begun.pop_all()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def url(self) -> str:
        """The address clients use on this machine."""
        host, port = self.socket.getsockname()[:2]
        scheme = "http" if self._listen.cert is None else "https"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    def line(self) -> str:
        """What is said once at the start."""
        kind = "प्रशिक्षण / TRAINING" if self._settings.training else "वास्तविक / LIVE"
        return f"हब तैयार है / hub ready: {self.url} ({kind})"

    def server(self, listening: Callable[[], None]) -> HubServer:
        """The server of this hub."""
        files: dict[str, Any] = {}
        if self._listen.cert is not None:
            files = {"ssl_certfile": str(self._listen.cert), "ssl_keyfile": str(self._listen.key)}
        config = uvicorn.Config(
            application(self.hub), http=HubConnection, ws="none", lifespan="on", loop="uvloop", log_config=None,
            access_log=False, proxy_headers=False, server_header=False, backlog=2048,
            timeout_keep_alive=IDLE_S, timeout_graceful_shutdown=GRACE_S, **files,
        )  # fmt: skip
        config.load()
        if config.ssl is not None:
            config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
        return HubServer(config, self.hub, listening)


def guard(listen: Listen, settings: HubSettings) -> None:
    """Refuse to send passwords and cases over a network in clear text.

    Raises:
        EnvironmentFault: `hub-needs-tls`.
    """
    if listen.cert is not None or settings.behind_proxy or _is_loopback(listen.host):
        return
    raise EnvironmentFault(
        "hub-needs-tls",
        Bilingual(
            en="The hub does not listen beyond this machine without encryption: names and places of people in distress"
            " would be readable on the network. Nothing was started. Give --tls-cert and --tls-key, or --behind-proxy"
            " when a proxy in front of it does the encryption, or --host 127.0.0.1.",
            hi="बिना एन्क्रिप्शन के हब इस मशीन के बाहर नहीं सुनता: संकटग्रस्त व्यक्तियों के नाम और स्थान नेटवर्क पर पढ़े जा सकते। कुछ भी"
            " शुरू नहीं हुआ। --tls-cert और --tls-key दें, या --behind-proxy यदि आगे का प्रॉक्सी एन्क्रिप्शन करता है, या"
            " --host 127.0.0.1।",
        ),
    )


def bind(host: str, port: int) -> socket.socket:
    """A socket on an address, listening as soon as the server takes it over.

    Raises:
        EnvironmentFault: `hub-address`: it is taken, or none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _address_taken(host, port, error) from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise _address_taken(host, port, error) from None
    return bound


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address_taken(host: str, port: int, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-address",
        Bilingual(
            en=f"The hub cannot listen at {host} port {port}. Nothing was changed. Another program may use the port:"
            " stop it, or choose another with --port.",
            hi=f"हब {host} पोर्ट {port} पर सुन नहीं सका। कुछ भी बदला नहीं गया। शायद कोई दूसरा प्रोग्राम यह पोर्ट ले चुका है:"
            " उसे रोकें, या --port से दूसरा चुनें।",
        ),
        str(error),
    )
