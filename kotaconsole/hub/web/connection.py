"""One connection to the hub: bounds on what comes before a body, patience with an end, and the short way of polls.

The server underneath knows no bound on headers, waits for ever for the rest of them, and keeps what a client does not
read for as long as it does not read it. A thousand such connections must cost the hub nothing but their number.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
import uuid
from typing import Any, Final, cast

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kotaconsole.hub.cases.feeds import Asked
from kotaconsole.hub.problems import PROBLEM_JSON, document, malformed
from kotaconsole.hub.web.polls import POLLS, Polls

MAX_HEAD: Final = 32 * 1024
"""Bytes of address and headers of one request."""
MAX_HEADERS: Final = 100
"""Headers of one request; a browser sends some twenty, a console eight."""
HEAD_S: Final = 15.0
"""Seconds from the first byte of a request, or from the connection, until its headers have to be there."""
MOST_CONNECTIONS: Final = 10_000
"""More at once are closed unheard: twice the consoles a state could have, and well below what memory allows."""
SWITCH_S: Final = 0.0002
"""Seconds one thread of the hub keeps the interpreter. With Python's 5 ms the writer, which lets go of it at every
statement, would wait that long for it again at every statement while the loop answers polls."""


def tune_process() -> None:
    """Set what belongs to the whole process: how often threads take turns, and how many connections may stand."""
    sys.setswitchinterval(SWITCH_S)
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < most:
        # 1,024 is a usual soft limit, and a thousand hanging connections would then keep every console out
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class HubConnection(HttpToolsProtocol):
    """HTTP/1.1 as the hub speaks it. Thread: the event loop's."""

    _taken = 0
    _head_since: float | None = None
    _quiet_since: float | None = None
    _unread = 0
    _poll: Poll | None = None
    _active: RequestResponseCycle | None = None
    _watch: asyncio.TimerHandle | None = None
    polls: Polls | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch it."""
        super().connection_made(transport)
        self.polls = cast("Polls | None", self.app_state.get(POLLS))
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._head_since = self.loop.time()
        self._watch = self.loop.call_later(HEAD_S, self._look)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits here any more."""
        if self._watch is not None:
            self._watch.cancel()
        if self._poll is not None:
            self._poll.end()
        if self._active is not None:
            # the server itself tells only the latest of several requests that were sent together
            self._active.disconnected = True
            self._active.message_event.set()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        """Begin to count the time of a new request."""
        if self._head_since is None and not self._busy():
            self._head_since = self.loop.time()
        super().data_received(data)

    @override
    def on_message_begin(self) -> None:
        """Count anew for each request."""
        self._taken = 0
        super().on_message_begin()

    @override
    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._take(len(url))
        self.url += url

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        name = name.lower()
        self._take(len(name) + len(value))
        if len(self.headers) >= MAX_HEADERS:
            raise ValueError("too many headers")
        if name == b"expect":
            super().on_header(name, value)
        else:
            self.headers.append((name, value))

    @override
    def on_headers_complete(self) -> None:
        """Begin the request: the short way where it is one of the many, the long way otherwise."""
        self._head_since = self._quiet_since = None
        if not self._short():
            super().on_headers_complete()

    @override
    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with what could not be read, in the form of every other refusal, and end."""
        request_id = uuid.uuid4().hex
        told = document(malformed("", msg), request_id)
        headers = [
            *self.server_state.default_headers, (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", b"%d" % len(told.body)), (b"cache-control", b"no-store"),
            (b"x-request-id", request_id.encode()), (b"connection", b"close"),
        ]  # fmt: skip
        lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%b\r\n%b" % (lines, told.body))
        self.transport.close()

    def _take(self, size: int) -> None:
        self._taken += size + 4
        if self._taken > MAX_HEAD:
            # the parser makes a 400 of it and closes the connection
            raise ValueError("address and headers are too large")

    def _short(self) -> bool:
        began = time.monotonic()
        asked = None if self.polls is None else self.polls.question(self.url)
        if asked is None or self.polls is None or not self._plain():
            return False
        headers = dict(self.headers)
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        twice = len(headers) != len(self.headers)
        if twice or b"content-length" in headers or b"transfer-encoding" in headers or b"expect" in headers:
            return False
        if not self.polls.allowed(asked, authorization):
            return False
        return Poll(self, self.polls, asked, authorization, headers.get(b"accept-encoding", b"")).begin(began)

    @override
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._active = cycle
        super()._start_asgi_task(cycle, app)

    def _busy(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _plain(self) -> bool:
        parser = self.parser
        return bool(
            not self._busy()
            and not self.flow.write_paused
            and parser.get_method() == b"GET"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and self.limit_concurrency is None
        )

    def hold(self, poll: Poll) -> None:
        """Be busy with a poll, which stands where the server keeps the application's side of a request."""
        self._poll = poll
        self.cycle = cast("RequestResponseCycle", poll)

    def done(self, poll: Poll, answer: bytes) -> None:
        """Send the answer of a poll; what was asked behind it begins."""
        self._poll = None
        poll.response_complete = True
        self.transport.write(answer)
        if self.pipeline:
            self.on_response_complete()
        else:
            # a timer of its own for each answer would cost as much as the answer: `_look` knows the time as well
            self.server_state.total_requests += 1
            self._quiet_since = self.loop.time()

    def hand_over(self, poll: Poll) -> None:
        """Let the application answer a question that could not be answered here."""
        self._poll = None
        path, _, query = poll.url.partition(b"?")
        told: Any = {"method": "GET", "path": path.decode("ascii"), "raw_path": path, "query_string": query}
        poll.scope.update(told)
        cycle = RequestResponseCycle(
            scope=poll.scope, transport=self.transport, flow=self.flow, logger=self.logger,
            access_logger=self.access_logger, access_log=self.access_log,
            default_headers=self.server_state.default_headers, message_event=asyncio.Event(),
            expect_100_continue=False, keep_alive=poll.keep_alive, on_response=self.on_response_complete,
        )  # fmt: skip
        cycle.more_body = False
        if self.cycle is cast("RequestResponseCycle", poll):
            self.cycle = cycle
        self._start_asgi_task(cycle, self.app)

    def _look(self) -> None:
        """Close what is too slow in asking, and drop what does not read."""
        now, unread = self.loop.time(), self.transport.get_write_buffer_size()
        slow = self._head_since is not None and now - self._head_since >= HEAD_S
        if slow and self._taken:
            self.send_400_response("the request did not arrive in time")
        elif slow or (self._quiet_since is not None and now - self._quiet_since >= self.timeout_keep_alive):
            self.transport.close()
        elif unread and unread == self._unread:
            self.transport.abort()
        self._unread = unread
        late = HEAD_S if self._head_since is None else self._head_since + HEAD_S - now
        self._watch = self.loop.call_later(max(1.0, late), self._look)


class Poll:
    """A question that waits on its connection. It stands where the server keeps the application's side of a request.

    Attributes:
        response_complete, disconnected, keep_alive, more_body, body, message_event: what the server looks at there.

    Thread: the event loop's.
    """

    __slots__ = ("_accepts", "_asked", "_authorization", "_connection", "_ended", "_polls", "_spent", "_timer",
                 "body", "disconnected", "keep_alive", "more_body", "response_complete", "scope", "url")  # fmt: skip

    def __init__(
        self, connection: HubConnection, polls: Polls, asked: Asked, authorization: str, accepts: bytes
    ) -> None:
        self._connection = connection
        self._polls = polls
        self._asked = asked
        self._authorization = authorization
        self._accepts = accepts
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False
        self._spent = 0.0
        self.url, self.scope = connection.url, connection.scope
        self.response_complete = self.disconnected = False
        self.keep_alive = self.more_body = True
        self.body = bytearray()

    def begin(self, began: float) -> bool:
        """Wait, or answer at once; False, with nothing begun, where the application has to answer.

        Args:
            began: monotonic seconds at which its head was there.
        """
        feeds = self._polls.feeds
        if not feeds.in_order(self._asked):
            return False
        if feeds.waits(self._asked):
            self._connection.hold(self)
            self._timer = self._connection.loop.call_later(self._asked.wait, self._late)
            feeds.wait(self._asked, self)
            self._spent = time.monotonic() - began
            return True
        answer = self._answer(began)
        if answer is None:
            return False
        self._ended = True
        self._connection.hold(self)
        self._connection.done(self, answer)
        return True

    def called(self) -> None:
        """There is news: answer."""
        if self._timer is not None:
            self._timer.cancel()
        self._finish()

    def end(self) -> None:
        """Nobody is there any more to be answered."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        self._polls.feeds.forget(self._asked, self)

    @property
    def message_event(self) -> Poll:
        """Where the server tells that a body has come."""
        return self

    def set(self) -> None:
        """A question has no body."""

    def _late(self) -> None:
        self._polls.feeds.forget(self._asked, self)
        self._finish()

    def _finish(self) -> None:
        if self._ended or self._connection.transport.is_closing():
            return
        self._ended = True
        # what it took before it waited counts, the waiting does not
        began = time.monotonic() - self._spent
        # whoever was shut out while they waited does not get what woke them: the application tells them so
        known = self.keep_alive and self._polls.still(self._authorization)
        answer = self._answer(began) if known else None
        if answer is None:
            self._connection.hand_over(self)
        else:
            self._connection.done(self, answer)

    def _answer(self, began: float) -> bytes | None:
        return self._polls.answer(self._asked, self._accepts, self._connection.server_state.default_headers, began)
