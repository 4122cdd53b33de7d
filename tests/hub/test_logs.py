"""The log tells how the hub does, and nothing about anybody, whatever goes wrong."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from kotaconsole.hub.logs import Lines, Plain, telling
from tests.hub.client import PASSWORD, Http, Person, new_uuid
from tests.hub.fixtures import TestHub

CANARIES = {
    "name": "CANARY-NAME", "phone": "CANARY-PHONE", "guardian_name": "CANARY-GUARDIAN", "institute": "CANARY-INSTITUTE",
    "hostel": "CANARY-HOSTEL", "room": "CANARY-ROOM", "warden": "CANARY-WARDEN", "home_district": "CANARY-HOME",
    "hazards": "CANARY-HAZARDS", "guardian_phone": "CANARY-GPHONE",
}  # fmt: skip


def parsed(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def live_through_everything(hub: TestHub) -> Person:
    """Flows with a word of its own in every field that could name somebody, the wrong ones too."""
    person = hub.person("CANARY-USER")
    account = {"platform_account_id": "CANARY-ACCOUNT", "display_name": "CANARY-DISPLAY", "handle": "CANARY-HANDLE",
               "url": "https://CANARY-URL.invalid/", "phones": ["CANARY-PHONE"], "emails": ["CANARY@MAIL"]}  # fmt: skip
    flag = {"excerpt": "CANARY-EXCERPT", "reviewer_note": "CANARY-REVIEW", "account": account, "subject": CANARIES,
            "locations": [{"kind": "address", "text": "CANARY-PLACE", "source": "CANARY-SOURCE"}]}  # fmt: skip
    source = hub.source()
    rid = source.send("PUT", "/v1/flags/instagram/CANARY-REF", flag).json["referral_id"]
    source.ask("PUT", "/v1/flags/instagram/CANARY-BROKEN", b'{"excerpt": CANARY-BROKENBODY')
    source.ask("DELETE", "/v1/flags/instagram/CANARY-REF?reason=CANARY-REASON")
    person.command("note", rid, {"text": "CANARY-NOTE"})
    person.command("call", rid, {"whom": "guardian", "number": "CANARY-CALL", "result": "CANARY-RESULT"})
    person.command("CANARY-KIND", rid, {"text": "CANARY-TEXT"})
    person.command("close", rid, {"code": "CANARY-CODE", "summary": "CANARY-SUMMARY"}, seen=1)
    person.put(new_uuid(), b'{"kind": "note", "payload": {"text": "CANARY-MALFORMED')
    person.get(f"/v1/referrals/{rid}?CANARY-QUERY=1")
    person.get("/v1/referrals/CANARY-ID")
    person.get("/CANARY-PATH")
    person.send("POST", "/v1/referrals:search", {"q": "CANARY-SEARCH"})
    anyone = hub.anyone()
    anyone.send("POST", "/v1/sessions", {
        "username": "CANARY-WRONG", "password": "CANARY-PASSWORD",
        "workstation": {"id": "CANARY-STATION", "name": "CANARY-DESK", "version": "1"},
    })  # fmt: skip
    Http(hub.url, "CANARY-TOKEN").get("/v1/me")
    return person


@pytest.mark.log_errors_expected("mistakes are planted")
@pytest.mark.parametrize("form", ["json", "plain"])
def test_no_word_of_anybody_is_in_the_log_whatever_goes_wrong(
    make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch, form: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    planted = "CANARY-EXCEPTION"
    with telling(form, out):
        logging.getLogger().setLevel(logging.DEBUG)
        hub = make_hub()
        person = live_through_everything(hub)
        assert hub.running is not None
        inside = hub.running.hub

        def fails(*_: object, **__: object) -> None:
            raise ValueError(planted)

        monkeypatch.setattr(inside.commands, "put", fails)
        assert person.command("note", new_uuid(), {"text": "CANARY-LOST"}).status == 500
        monkeypatch.undo()
        file = hub.raw()
        file.execute("DROP TABLE hints")
        file.close()
        hub.put_flag("CANARY-DATABASE", subject={"name": "CANARY-SQL", "phone": "+91 00000 00041"})
        hub.stop()
    told = out.getvalue() + "".join(capfd.readouterr())
    assert "/v1/commands/{uuid}" in told
    assert "ValueError" in told
    assert [word for word in told.split() if "CANARY" in word] == []
    assert [word for word in (PASSWORD, str(person.token), person.id) if word in told] == []


def test_a_request_is_one_object_with_route_status_time_id_and_role(make_hub: Callable[..., TestHub]) -> None:
    out = io.StringIO()
    with telling("json", out):
        hub = make_hub()
        person = hub.person("asha")
        rid = hub.put_flag("A-1").json["referral_id"]
        got = person.command("note", rid, {"text": "x"})
        person.get(f"/v1/referrals/{rid}")
        hub.stop()
    lines = parsed(out)
    (line,) = [one for one in lines if one.get("route") == "/v1/commands/{uuid}"]
    assert line | {"at": "", "ms": 0} == {
        "at": "", "level": "info", "logger": "kotaconsole.hub.web.requests", "event": "request", "method": "PUT",
        "route": "/v1/commands/{uuid}", "status": 201, "ms": 0, "request_id": got.headers["x-request-id"],
        "role": "operator",
    }  # fmt: skip
    assert line["ms"] > 0
    assert not [one for one in lines if one.get("route") == "/v1/referrals/{id}"], "what only looks is not told"


def record(**fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed", (), None)
    made.__dict__.update(fields)
    return made


def test_an_error_is_told_by_its_kind_and_places_and_never_by_its_words() -> None:
    import sys

    planted = "CANARY"
    try:
        raise KeyError(planted)
    except KeyError:
        made = record(exc_info=sys.exc_info(), person="CANARY")
    for form in (Lines(), Plain()):
        told = form.format(made)
        assert "CANARY" not in told
        assert "KeyError" in told
        assert "test_logs.py" in told


def test_a_line_never_becomes_two() -> None:
    assert len(Lines().format(record(event="a\nb")).splitlines()) == 1
