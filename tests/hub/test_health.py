"""A hub says that it is ready only while it can work, and stops without leaving anyone waiting."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kotaconsole.hub.settings import Limits
from kotaconsole.hub.web import health
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until

POLLS = 500


def detail(hub: TestHub) -> str:
    got = hub.anyone().get("/readyz")
    assert (got.status, got.headers["content-type"]) == (503, "application/problem+json")
    assert got.code == "unavailable"
    assert "retry-after" in got.headers
    return str(got.json["detail"])


def test_a_hub_at_work_is_ready(hub: TestHub) -> None:
    assert hub.anyone().get("/readyz").json == {"status": "ok"}


def test_a_beat_that_stands_still_is_told(make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch) -> None:
    hub = make_hub(Limits(beat_s=0.1))
    assert hub.running is not None
    heart = hub.running.hub._heart
    assert heart is not None
    hub.running.hub.writer._loop.call_soon_threadsafe(heart.cancel)  # type: ignore[union-attr]
    until(lambda: hub.anyone().get("/readyz").status == 503, 20, "it is told")
    assert "the beat stands still" in detail(hub)
    assert hub.anyone().get("/healthz").status == 200


def test_a_disk_that_is_nearly_full_is_told(hub: TestHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    assert "the disk is nearly full" in detail(hub)


def test_a_call_for_help_that_failed_is_told(hub: TestHub) -> None:
    file = hub.raw()
    file.execute(
        "INSERT INTO unattended (unit, since, failure) VALUES ('no-unit', 1, 'the command ended with status 1')"
    )
    file.close()
    assert "on-nobody-listening failed: the command ended with status 1" in detail(hub)


SERVE = "import sys; from kotaconsole.hub.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("polls", [POLLS])
def test_sigterm_answers_every_waiting_poll_and_ends_within_five_seconds(hub: TestHub, polls: int) -> None:
    person = hub.person("asha")
    hub.put_flag("A-1")
    hub.stop()
    words = [sys.executable, "-c", SERVE, "serve", "--db", f"sqlite:///{hub.db}", "--port", "0", "--log", "none"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."})
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = int(line.split("http://127.0.0.1:")[1].split()[0])
        person.url = f"http://127.0.0.1:{port}"
        epoch = person.epoch()
        head = person.changes("kota-city", epoch, 0).json["head"]
        ask = (
            f"GET /v1/feeds/kota-city/changes?epoch={epoch}&after={head}&wait=30 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {person.token}\r\n\r\n"
        ).encode()
        waiting = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(polls)]
        for one in waiting:
            one.sendall(ask)

        def all_wait() -> bool:
            text = person.get("/metrics").raw.decode()
            return f"kotaconsole_waiting_polls {polls}.0" in text

        until(all_wait, 60, "all polls wait")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        heads = [one.recv(65536).split(b"\r\n")[0] for one in waiting]
        # the server ends by the signal it was given, after it has tidied up
        assert process.wait(30) in (0, -signal.SIGTERM)
        took = time.monotonic() - began
        for one in waiting:
            one.close()
        assert set(heads) == {b"HTTP/1.1 200 OK"}
        assert took < 5, f"{took:.1f} s"
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def test_what_was_being_written_at_the_stop_is_answered_and_kept(hub: TestHub) -> None:
    import threading

    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    got: list[int] = []
    people = [Person(hub.url, "asha", new_uuid()) for _ in range(4)]
    ready = threading.Barrier(5)

    def write(one: Person) -> None:
        ready.wait(20)
        try:
            while True:
                got.append(one.command("note", rid, {"text": "x"}).status)
        except OSError:
            return

    threads = [threading.Thread(target=write, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    ready.wait(20)
    until(lambda: len(got) > 10, 20, "the hub is busy")
    hub.stop()
    for thread in threads:
        thread.join(60)
    applied = got.count(201)
    hub.start()
    assert person.case(rid)["counts"]["notes"] >= applied
    assert set(got) <= {201, 503}


def test_ready_is_asked_without_a_session_and_says_nothing_of_cases(hub: TestHub, tmp_path: Path) -> None:
    got = hub.anyone().get("/readyz")
    assert got.raw == b'{"status":"ok"}'
