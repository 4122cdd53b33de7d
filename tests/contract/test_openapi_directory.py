"""The directory a fresh hub starts with: of the contract's shape, one tree, and no number that may not be printed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator

pytestmark = pytest.mark.contract

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
PARENT_KINDS = {
    "state": set(),
    "range": {"state"},
    "commissionerate": {"state"},
    "grp": {"state"},
    "district": {"range", "commissionerate"},
    "station": {"district"},
}


@pytest.fixture(scope="module")
def directory() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESOURCES / "directory" / "demo-directory.json").read_text(encoding="utf-8"))
    return found


def test_it_has_the_shape_of_the_contract(directory: dict[str, Any]) -> None:
    document = yaml.safe_load((RESOURCES / "referral-api.openapi.yaml").read_text(encoding="utf-8"))
    shape = OAS31Validator({"$ref": "#/components/schemas/Directory", "components": document["components"]})
    assert [f"{error.json_path}: {error.message}" for error in shape.iter_errors(directory)] == []


def test_units_form_one_tree_under_the_state(directory: dict[str, Any]) -> None:
    units = {unit["id"]: unit for unit in directory["units"]}
    assert len(units) == len(directory["units"])
    assert [code for code, unit in units.items() if unit["parent"] is None] == ["rajasthan"]
    for unit in units.values():
        above = {units[unit["parent"]]["kind"]} if unit["parent"] else set()
        assert above <= PARENT_KINDS[unit["kind"]], unit["id"]
        assert unit["name"]["hi"] != unit["name"]["en"]
        assert unit["name"]["hi"]


def test_sangod_is_kota_rural_and_kunhadi_is_kota_city(directory: dict[str, Any]) -> None:
    parents = {unit["id"]: unit["parent"] for unit in directory["units"]}
    assert (parents["sangod"], parents["kunhadi"]) == ("kota-rural", "kota-city")
    assert parents["kota-city"] == parents["kota-rural"] == "range-kota"
    assert {"grp-ajmer", "grp-jodhpur", "jhunjhunu", "sikar", "commissionerate-jaipur"} <= set(parents)


def test_the_intake_is_watched_always_and_only_the_intake(directory: dict[str, Any]) -> None:
    assert [unit["id"] for unit in directory["units"] if unit["watch"] == "always"] == [directory["intake_unit"]]
    assert directory["intake_unit"] == "kota-city"


def test_no_phone_of_a_station_is_shipped(directory: dict[str, Any]) -> None:
    assert [unit["id"] for unit in directory["units"] if unit["phones"]] == []


def test_helplines(directory: dict[str, Any]) -> None:
    lines = {line["id"]: line for line in directory["helplines"]}
    numbers = {line["number"] for line in lines.values()}
    assert numbers == {"14416", "18008914416", "112", "1098", "1090", "9530442778"}
    assert "18005990019" not in numbers, "a helpline whose present state is not known never prints"
    cell = lines["kota-student-cell"]
    assert cell["verified_on"] < cell["expires_on"] < "2026-01-01", "shipped expired: to be confirmed first"
    for line in lines.values():
        assert date.fromisoformat(line["verified_on"]) < date.fromisoformat(line["expires_on"])
