"""What has to hold after a hub was killed again and again, read over HTTP as anybody may read it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from typing import Any

from tests.hub.client import Person
from tests.hub.stubborn import Entry, Journal

FEEDS = ("kota-city", "kota-rural", "range-kota", "rajasthan")
FIRST_PREV = "0" * 64
PAGE = 500


def feeds_of(reader: Person) -> dict[str, list[dict[str, Any]]]:
    """Every feed, whole; dense from 1, each event once."""
    feeds = {unit: reader.feed(unit) for unit in FEEDS}
    for unit, events in feeds.items():
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), f"{unit} is not dense"
        ids = Counter(event["event_id"] for event in events)
        assert not [event_id for event_id, count in ids.items() if count > 1], f"{unit} shows an event twice"
    return feeds


def commands_are_there_once_and_in_order(journal: Journal, feeds: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Every answered command has its events and no others; per desk and case they stand in order of n."""
    commands = {entry.command_id: entry for entry in journal.entries.values() if "/commands/" in entry.path}
    assert not [entry for entry in commands.values() if not entry.status], "a command was never answered"
    made: dict[str, list[str]] = defaultdict(list)
    for event in feeds["rajasthan"]:
        if event.get("command_id"):
            made[event["command_id"]].append(event["event_id"])
    applied = {key: entry for key, entry in commands.items() if entry.status == 201}
    lost = {key for key, entry in applied.items() if json.loads(entry.raw)["event_ids"] and key not in made}
    assert not lost, f"{len(lost)} answered commands are lost"
    assert set(made) <= set(applied), "what was refused or never sent has events"
    for key, entry in applied.items():
        told = json.loads(entry.raw)["event_ids"]
        assert Counter(told) == Counter(made.get(key, [])), f"{entry.told['kind']} has other events than it was told"
    _in_order(applied, feeds["rajasthan"])
    refused = Counter(entry.status for entry in commands.values() if entry.status != 201)
    return {"commands": len(commands), "applied": len(applied), "refused": sum(refused.values())}


def _in_order(applied: dict[str, Entry], events: list[dict[str, Any]]) -> None:
    order: dict[tuple[str, str], list[int]] = defaultdict(list)
    versions: dict[str, list[int]] = defaultdict(list)
    for event in events:
        versions[event["referral_id"]].append(event["version"])
        if (entry := applied.get(event.get("command_id") or "")) is not None:
            told = entry.told
            order[told["workstation"], event["referral_id"]].append(told["n"])
    wrong = [where for where, numbers in order.items() if numbers != sorted(numbers)]
    assert not wrong, f"out of order: {wrong[:3]}"
    gaps = [case for case, found in versions.items() if found != list(range(1, len(found) + 1))]
    assert not gaps, f"versions with a hole: {gaps[:3]}"


def replays_give_the_first_answer(journal: Journal, people: dict[str, Person]) -> int:
    """Every command again, the same bytes under the same id: the same answer, and nothing more happens."""
    again = 0
    for entry in journal.entries.values():
        got = people[entry.who].ask("PUT", entry.path, entry.body)
        if "/commands/" in entry.path:
            assert (got.status, got.raw) == (200 if entry.status == 201 else entry.status, entry.raw), entry.told[
                "kind"
            ]
            assert got.headers["idempotent-replayed"] == "true"
        else:
            assert (got.status, got.json) == (200, json.loads(entry.raw))
        again += 1
    return again


def flags_are_there_once(journal: Journal, reader: Person) -> int:
    """Every flag stands in the referral it was answered with, once."""
    flags = [entry for entry in journal.entries.values() if "/flags/" in entry.path]
    cases = {json.loads(entry.raw)["referral_id"] for entry in flags}
    found: Counter[str] = Counter()
    for case in sorted(cases):
        after = 0
        while True:
            page = reader.get(f"/v1/referrals/{case}/flags?after={after}&limit={PAGE}").json
            found.update(f"{case} {flag['reference']}" for flag in page["flags"])
            after += len(page["flags"])
            if not page["more"]:
                break
    wanted = {f"{json.loads(entry.raw)['referral_id']} {entry.command_id}" for entry in flags}
    assert wanted <= set(found), "an answered flag is lost"
    assert not [flag for flag, count in found.items() if count > 1], "a flag is doubled"
    return len(flags)


def the_audit_chain_holds(auditor: Person) -> int:
    """Every row from the first on, its hash computed anew."""
    prev, after = FIRST_PREV, 0
    while True:
        got = auditor.get(f"/v1/audit?after={after}&limit={PAGE}")
        assert got.status == 200, got.raw
        for record in got.json["records"]:
            told = {name: value for name, value in record.items() if name != "hash" and value is not None}
            text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            after += 1
            assert (record["n"], record["prev"]) == (after, prev)
            assert record["hash"] == hashlib.sha256((prev + text).encode()).hexdigest(), f"row {after}"
            prev = record["hash"]
        if not got.json["more"]:
            return after
