"""What the hub counts: right, for this machine only, and without a word that leads to a person."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage import counters
from tests.hub.client import new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until


def samples(hub: TestHub) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    got = hub.anyone().get("/metrics")
    assert (got.status, got.headers["content-type"].split(";")[0]) == (200, "text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(got.raw.decode())
        for sample in family.samples
    }


def value(hub: TestHub, name: str, **labels: str) -> float:
    return samples(hub).get((name, tuple(sorted(labels.items()))), 0.0)


def test_requests_are_counted_by_route_and_not_by_address(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    for _ in range(3):
        person.case(rid)
    person.get(f"/v1/referrals/{new_uuid()}")
    route = "/v1/referrals/{id}"
    assert value(hub, "kotaconsole_requests_total", route=route, method="GET", status="200") == 3
    assert value(hub, "kotaconsole_requests_total", route=route, method="GET", status="404") == 1
    assert value(hub, "kotaconsole_request_seconds_count", route=route) == 4


def test_commands_and_flags_are_counted_by_what_became_of_them(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    hub.put_raw("A-2", b"no json")
    command_id = new_uuid()
    import json

    body = json.dumps(person.envelope("note", rid, {"text": "x"})).encode()
    assert [person.put(command_id, body).status for _ in range(2)] == [201, 200]
    assert person.command("note", new_uuid(), {"text": "x"}).status == 404
    assert person.command("वार्डन", rid, {}).status == 422
    told = samples(hub)
    commands = {key[1]: told[key] for key in told if key[0] == "kotaconsole_commands_total"}
    assert commands[("kind", "note"), ("outcome", "applied")] == 1
    assert commands[("kind", "note"), ("outcome", "replayed")] == 1
    assert commands[("kind", "note"), ("outcome", "not-found")] == 1
    assert commands[("kind", "unknown"), ("outcome", "invalid")] == 1
    assert value(hub, "kotaconsole_flags_total", outcome="taken") == 1
    assert value(hub, "kotaconsole_flags_total", outcome="defective") == 1


def test_heads_beat_and_audit_grow_with_the_work(hub: TestHub) -> None:
    before = samples(hub)
    got = hub.put_flag("A-1")
    assert got.status == 201, got.raw
    after = samples(hub)
    head = ("kotaconsole_feed_head", (("unit", "kota-city"),))
    assert (before.get(head, 0), after[head]) == (0, 1)
    audit = ("kotaconsole_audit_n", ())
    assert after[audit] > before[audit]
    beat = ("kotaconsole_beat", ())
    until(lambda: samples(hub)[beat] > after[beat], 20, "the beat to grow")
    for name in ("kotaconsole_waiting_polls", "kotaconsole_writer_queue", "kotaconsole_unattended_units"):
        assert (name, ()) in after


@pytest.mark.log_errors_expected("mistakes are planted")
def test_one_mistake_does_not_end_the_beat(make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch) -> None:
    hub = make_hub(Limits(beat_s=0.1))
    beat, take, failed = ("kotaconsole_beat", ()), counters.take, threading.Event()

    def fails(connection: Any, name: str) -> int:
        if name == "beat" and not failed.is_set():
            failed.set()
            raise ValueError("planted")
        return take(connection, name)

    monkeypatch.setattr(counters, "take", fails)
    assert failed.wait(20)
    at = samples(hub)[beat]
    until(lambda: samples(hub)[beat] > at, 20, "the beat to go on")


def test_nobody_beyond_this_machine_sees_them(hub: TestHub) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        got = hub.anyone().get("/metrics", **{header.replace("-", "_"): "198.51.100.7"})
        assert (got.status, got.code) == (404, "not-found"), "a proxy on this machine asks for somebody else"


def test_no_label_leads_to_a_person_a_case_or_a_desk(hub: TestHub) -> None:
    person = hub.person("asha.namuna")
    rid = hub.put_flag("REF-77", subject={"name": "तन्वी नमूना"}).json["referral_id"]
    person.command("note", rid, {"text": "वार्डन"})
    person.get(f"/v1/referrals/{rid}/events")
    person.get("/v1/no-such/REF-77")
    text = hub.anyone().get("/metrics").raw.decode()
    words = [rid, "asha", "तन्वी", "वार्डन", "REF-77", person.id, person.workstation, str(person.token)]
    assert [word for word in words if word in text] == []
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text) is None
