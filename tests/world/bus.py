"""D-Bus as the reader of the window needs it: a private session bus, the accessibility bus, pipelined calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.world.processes import Nest
from tests.world.waiting import WorldError, answered, until

Ref = tuple[str, str]  # a bus name and an object path
REGISTRY: Ref = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
ATSPI = "org.a11y.atspi."
_IN_FLIGHT = 96  # calls under way at once: enough to hide the round trip, few enough not to fill the socket

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<servicedir>{services}</servicedir><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


@dataclass(frozen=True)
class Call:
    """One method call on one object."""

    ref: Ref
    interface: str
    member: str
    signature: str | None = None
    arguments: tuple[Any, ...] = ()


def get_property(ref: Ref, interface: str, name: str) -> Call:
    """Read a property of an AT-SPI interface."""
    return Call(ref, "org.freedesktop.DBus.Properties", "Get", "ss", (ATSPI + interface, name))


def ask(ref: Ref, interface: str, member: str, signature: str | None = None, *arguments: Any) -> Call:
    """Call a method of an AT-SPI interface."""
    return Call(ref, ATSPI + interface, member, signature, arguments)


def driver_call(member: str, signature: str, *arguments: Any) -> Call:
    """Ask the bus itself."""
    return Call(("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus", member, signature, arguments)


class Bus:
    """One connection to a bus.

    There is no client cache that could go stale: each read asks the program, and the program answers on its main
    thread. While that blocks, reads block too; a read that took long is itself a measurement of a frozen window.

    Thread: any; a lock is held around each batch.

    Attributes:
        address: Where it is reached, also by other processes of this user.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection, self._lock = open_dbus_connection(bus=address), threading.RLock()

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def one(self, call: Call, timeout: float = 10.0) -> Any:
        """The body of the answer (a tuple), or None: an error, or the object is gone."""
        return self.many([call], timeout)[0]

    def many(self, calls: Sequence[Call], timeout: float = 10.0) -> list[Any]:
        """Pipelined; answers in the order of the calls.

        Raises:
            WorldError: The program did not answer within ``timeout`` seconds.
        """
        answers: list[Any] = [None] * len(calls)
        pending: dict[int, int] = {}
        waiting, end = iter(enumerate(calls)), time.monotonic() + timeout
        with self._lock:
            while True:
                self._fill(pending, waiting)
                if not pending:
                    return answers
                try:
                    message = self._connection.receive(timeout=max(0.0, end - time.monotonic()))
                except TimeoutError:
                    text = f"the program did not answer on the bus within {timeout} s ({calls[0].member})"
                    raise WorldError(text) from None
                index = pending.pop(message.header.fields.get(HeaderFields.reply_serial), None)
                if index is not None and message.header.message_type == MessageType.method_return:
                    answers[index] = message.body

    def _fill(self, pending: dict[int, int], waiting: Iterator[tuple[int, Call]]) -> None:
        while len(pending) < _IN_FLIGHT:
            following = next(waiting, None)
            if following is None:
                return
            index, call = following
            serial = next(self._connection.outgoing_serial)
            address = DBusAddress(call.ref[1], call.ref[0], call.interface)
            message = new_method_call(address, call.member, call.signature, call.arguments)
            self._connection.send(message, serial=serial)
            pending[serial] = index

    def owned(self, name: str) -> bool:
        """Whether somebody serves this bus name now."""
        return bool((self.one(driver_call("NameHasOwner", "s", name)) or (False,))[0])


def start_session_bus(nest: Nest) -> Bus:
    """A session bus without activatable services: no keyring, no portal is started behind the test's back."""
    services, socket = nest.dir / "services", nest.run_dir / "bus"
    services.mkdir()
    config = nest.dir / "bus.conf"
    config.write_text(_CONFIG.format(socket=socket, services=services))
    nest.spawn(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], "dbus")
    until(socket.exists, 30, "the session bus")
    address = f"unix:path={socket}"
    nest.env["DBUS_SESSION_BUS_ADDRESS"] = address
    return until(lambda: answered(lambda: Bus(address)), 30, "the session bus")


def start_accessibility_bus(nest: Nest, session: Bus) -> Bus:
    """The bus on which windows can be read.

    Qt shows itself there when org.a11y.Status says so or QT_LINUX_ACCESSIBILITY_ALWAYS_ON is set; both are, to be safe.
    """
    nest.spawn(["/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--a11y=1", "--screen-reader=1"], "at-spi")
    where = Call(("org.a11y.Bus", "/org/a11y/bus"), "org.a11y.Bus", "GetAddress", None, ())
    address = until(lambda: session.one(where), 30, "the accessibility bus")[0]
    bus = until(lambda: answered(lambda: Bus(address)), 30, "the accessibility bus")
    until(lambda: bus.one(ask(REGISTRY, "Accessible", "GetChildren")), 30, "the accessibility registry")
    return bus
