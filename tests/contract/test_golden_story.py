"""The golden examples tell one story that holds together: a reader may follow a case through them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.document import GOLDEN, NAMES, golden, moments, schema_of

pytestmark = pytest.mark.contract

NOTICES = ("left_scope", "stub_updated")
"""They carry the version of their cause, and of a case that this feed may not see whole."""


def events() -> list[Any]:
    found = [golden(name) for name in NAMES if schema_of(name) == "FeedEvent"]
    return sorted(found, key=lambda event: event["seq"])


def test_a_feed_without_a_hole() -> None:
    numbers = [event["seq"] for event in events()]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert len({event["event_id"] for event in events()}) == len(numbers)


def test_every_event_is_one_version_of_its_case() -> None:
    version: dict[str, int] = {}
    for event in events():
        case, known = event["referral"], version.get(event["referral_id"], 0)
        if event["kind"] in NOTICES:
            assert event["version"] >= known
        else:
            assert event["version"] == known + 1, event["kind"]
        version[event["referral_id"]] = event["version"]
        assert event["recorded_at"] >= event["at"]
        if case is None:
            assert event["kind"] == "pruned"
        else:
            assert (case["id"], case["version"]) == (event["referral_id"], event["version"])


def test_the_case_beside_an_event_fits_it() -> None:
    for event in events():
        case = event["referral"]
        if case is None or case["stub"]:
            assert event["kind"] in (*NOTICES, "pruned")
            continue
        assert case["updated_at"] == event["recorded_at"]
        assert case["flag_count"] == len(case["flags"])
        assert (case["alarm"] or {"through": 0})["through"] <= event["version"]
        assert case["state"] != "closed" or case["alarm"] is None
        assert [slip["number"] for slip in case["slips"]] == sorted({slip["number"] for slip in case["slips"]})


def test_a_person_is_named_wherever_a_command_did_it() -> None:
    for event in events():
        assert (event["command_id"] is None) == (event["by"] is None), event["kind"]


def test_commands_lead_to_the_events_that_show_them() -> None:
    """A command that says what it saw saw the version before its event."""
    by_time = {(event["referral_id"], event["at"], (event["by"] or {}).get("operator_id")): event for event in events()}
    met = 0
    for name in NAMES:
        command = golden(name)
        if schema_of(name) == "Command":
            event = by_time.get((command["referral_id"], command["happened_at"], command["author"]))
            if event is not None and command["seen"] is not None:
                met += 1
                assert command["seen"] < event["version"], name
    assert met >= 20


@pytest.mark.parametrize("name", [name for name in NAMES if schema_of(name) == "ChangesPage"])
def test_pages_show_events_of_the_story(name: str) -> None:
    page, by_seq = golden(name), {event["seq"]: event for event in events()}
    numbers = [event["seq"] for event in page["events"]]
    assert numbers == list(range(page["next"] - len(numbers) + 1, page["next"] + 1)), "no hole"
    assert page["next"] == (page["events"][-1]["seq"] if page["events"] else page["head"])
    assert [by_seq[event["seq"]] for event in page["events"]] == page["events"]
    assert page["more"] == (page["next"] < page["head"])


def test_timelines_are_dense_and_snapshots_sorted() -> None:
    for name in NAMES:
        page = golden(name)
        if schema_of(name) == "EventsPage":
            assert [event["version"] for event in page["events"]] == list(range(1, len(page["events"]) + 1))
        if schema_of(name) == "SnapshotPage":
            assert [item["id"] for item in page["items"]] == sorted(item["id"] for item in page["items"])


@pytest.mark.parametrize("name", NAMES)
def test_golden_times_have_the_form_we_send(name: str) -> None:
    assert [when for when in moments(golden(name)) if not re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}Z", when)] == []


@pytest.mark.parametrize("name", NAMES)
def test_golden_people_cannot_be_reached(name: str) -> None:
    text = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
    assert [number for number in re.findall(r"\+[\d ]{6,}", text) if not number.startswith("+91 00000 ")] == []
    hosts = re.findall(r"https?://([^/\"]+)", text) + re.findall(r"[\w.]+@([\w.]+)", text)
    assert [host for host in hosts if not host.endswith("example.invalid")] == []
