"""The triage rules of the shipped file: every word of the contract counts once, and every sentence is fit to show."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
IMMEDIATE = {"live_now", "act_in_progress", "injury_stated", "means_in_hand", "time_stated", "dangerous_place"}
URGENT = {"plan", "farewell", "method_named", "recent_attempt"}
NEVER_SAID = ("आरोपी", "अपराध", "ड्रामा", "असफल", "सफल प्रयास", "accused", "crime", "failed", "score", "predict")


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    with (ROOT / "resources" / "triage" / "rules.toml").open("rb") as file:
        parsed = tomllib.load(file)
    assert parsed["revision"] >= 1
    found: list[dict[str, Any]] = parsed["rule"]
    return found


def words(rules: list[dict[str, Any]], level: str, member: str) -> Counter[str]:
    return Counter(word for rule in rules if rule["level"] == level for word in rule[member])


def test_each_word_leads_to_its_level_by_exactly_one_rule(rules: list[dict[str, Any]]) -> None:
    assert words(rules, "P1", "any_signal") == Counter(IMMEDIATE)
    assert words(rules, "P2", "any_signal") == Counter(URGENT)
    assert words(rules, "P1", "urgency") == Counter(["imminent"])
    assert words(rules, "P2", "urgency") == Counter(["high"])
    assert words(rules, "P1", "kind") == Counter(["live"])
    special = {rule["special"]: rule["level"] for rule in rules if "special" in rule}
    assert special == {"repeat_24h": "P1", "unreadable": "P1", "always": "P3"}


def test_ids_and_numbers_are_unique_and_every_rule_can_fire(rules: list[dict[str, Any]]) -> None:
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert sorted(rule["number"] for rule in rules) == list(range(1, len(rules) + 1))
    assert {rule["level"] for rule in rules} == {"P1", "P2", "P3"}
    for rule in rules:
        assert rule["any_signal"] or rule["urgency"] or rule["kind"] or rule.get("special"), rule["id"]


def test_sentences_are_short_bilingual_and_respectful(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        hindi, english = rule["text"]["hi"], rule["text"]["en"]
        assert any("\u0900" <= c <= "\u097f" for c in hindi)
        assert english.isascii()
        assert max(len(hindi), len(english)) <= 70, rule["id"]
        assert not [word for word in NEVER_SAID if word in hindi or word in english.lower()], rule["id"]
