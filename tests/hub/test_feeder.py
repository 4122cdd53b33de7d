"""`kotaconsole flags`: a file of flags through the real intake, at its own times."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from pathlib import Path

import pytest

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub import feeder
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.feeder import Step, feed, read_steps, request_of
from tests.hub.client import PASSWORD
from tests.hub.fixtures import TestHub
from tests.people import TWO_AM

SCENARIO = find_resources() / "scenarios" / "kota-night.jsonl"


def step(**fields: object) -> Step:
    line: dict[str, object] = {"after": 0, "do": "put", "platform": "instagram", "reference": "A-1", **fields}
    return Step(0, str(line["do"]), "instagram", "A-1", line)


def run(hub: TestHub, file: Path, monkeypatch: pytest.MonkeyPatch, *more: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    return feeder.main([str(file), "--hub", hub.url, "--user", "platform", "--password-stdin", *more])


def test_the_night_goes_through_the_real_intake_and_nothing_of_it_is_lost(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add_user("platform", "source", "rajasthan")
    lines = [json.loads(line) for line in SCENARIO.read_text(encoding="utf-8").splitlines()]
    assert run(hub, SCENARIO, monkeypatch, "--rate", "500") == 0
    told = capsys.readouterr().out
    assert f"sent {len(lines)} · " in told
    assert f"accepted {len(lines)} · " in told
    assert "refused 0" in told
    boss = hub.person("boss", "supervisor")
    items = boss.get("/v1/feeds/kota-city/snapshot").json["items"]
    flags = {(flag["reference"]) for item in items for flag in item["flags"]}
    assert flags == {line["reference"] for line in lines}
    assert sum(item["flag_count"] for item in items) == len(flags)
    assert {item["level"] for item in items} == {"P1", "P2", "P3"}
    assert any(reason["rule"] == "unreadable" or "unreadable" in reason["text"]["en"].lower()
               for item in items for reason in item["reasons"])  # fmt: skip
    assert not re.search(r"@-PT\d", json.dumps(items))


def test_a_hub_that_is_not_there_and_a_wrong_password_are_sentences(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add_user("platform", "source", "rajasthan")
    assert run(hub, SCENARIO, monkeypatch, password="wrong password") == 2
    assert "refused the sign-in (401)" in capsys.readouterr().err
    hub.stop()
    monkeypatch.setattr(feeder, "TRIES", 1)
    assert run(hub, SCENARIO, monkeypatch) == 2
    assert "cannot be reached" in capsys.readouterr().err


def test_flags_the_hub_refuses_are_counted_and_the_rest_is_sent(
    hub: TestHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add_user("platform", "source", "rajasthan")
    file = tmp_path / "flags.jsonl"
    wrong = {"after": 0, "do": "delete", "platform": "instagram", "reference": "NONE", "reason": "error"}
    good = {"after": 0, "do": "put", "platform": "instagram", "reference": "A-1", "body": {"kind": "story"}}
    file.write_text("\n".join(map(json.dumps, (wrong, good))) + "\n")
    assert run(hub, file, monkeypatch) == 1
    assert "sent 2 · स्वीकृत / accepted 1 · अस्वीकृत / refused 1 (201: 1, 404: 1)" in capsys.readouterr().out


def test_moments_are_as_long_ago_as_the_file_says() -> None:
    body = {"posted_at": "@-PT9M", "a": [{"b": "@-PT2H"}], "c": "@-PT30S", "text": "not @-PT5M here", "n": 5}
    method, path, raw = request_of(step(body=body), TWO_AM)
    assert (method, path) == ("PUT", "/v1/flags/instagram/A-1")
    found = json.loads(raw or b"")
    moments = (found["posted_at"], found["a"][0]["b"], found["c"])
    assert [TWO_AM.seconds_since(Instant.parse(text)) for text in moments] == [540, 7200, 30]
    assert (found["text"], found["n"]) == ("not @-PT5M here", 5)
    _, _, in_raw = request_of(step(raw='{"posted_at": "@-PT1M", "x": NaN}'), TWO_AM)
    assert in_raw == f'{{"posted_at": "{TWO_AM.plus(minutes=-1).iso()}", "x": NaN}}'.encode()


def test_bytes_and_withdrawals_are_sent_as_written() -> None:
    assert request_of(step(raw_base64="//4="), TWO_AM)[2] == b"\xff\xfe"
    assert request_of(step(raw=""), TWO_AM)[2] == b""
    assert request_of(step(do="delete", reason="a b"), TWO_AM) == (
        "DELETE", "/v1/flags/instagram/A-1?reason=a%20b", None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "rate", "speed", "least"), [(0.3, None, 1.0, 0.3), (3600.0, 20.0, 1.0, 0.1), (3600.0, None, 36000.0, 0.1)]
)
def test_steps_are_sent_at_their_times(last: float, rate: float | None, speed: float, least: float) -> None:
    """Never sooner; and an hour of the file passes in a moment when it is told to."""
    steps = [Step(after, "put", "instagram", "A", {"body": {}}) for after in (0.0, last / 2, last)]
    moments: list[float] = []

    def send(*_: object) -> int:
        moments.append(time.monotonic())
        return 201

    tally = feed(steps, send, rate=rate, speed=speed)
    assert (tally.sent, tally.accepted) == (3, 3)
    assert least - 0.001 <= moments[-1] - moments[0] < 60


@pytest.mark.parametrize("line", ["{", "[]", '{"after": 1}', '{"after":"x","do":"put","platform":"a","reference":"b"}',
                                  '{"after":1,"do":"dance","platform":"a","reference":"b"}'])  # fmt: skip
def test_a_line_that_is_no_step_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "flags.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(EnvironmentFault, match="feeder-line") as caught:
        read_steps(file)
    assert "Line 2" in caught.value.sentence.en
