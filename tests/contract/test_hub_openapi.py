"""The hub serves the very document that lies in the resources, and every address in it."""

from __future__ import annotations

import json

import pytest
import yaml

from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.state import OPENAPI
from tests.hub.fixtures import TestHub, shared

__all__ = ["shared"]
pytestmark = pytest.mark.contract

YAML = find_resources() / "referral-api.openapi.yaml"
MEND = (
    "python -c \"import json, yaml; print(json.dumps(yaml.safe_load(open('resources/referral-api.openapi.yaml')), "
    "ensure_ascii=False, separators=(',', ':')))\" > kotaconsole/hub/openapi.json"
)


def test_the_json_is_the_yaml() -> None:
    shipped = json.loads(OPENAPI.read_text(encoding="utf-8"))
    assert shipped == yaml.safe_load(YAML.read_text(encoding="utf-8")), f"the document changed: run {MEND}"


def test_the_hub_serves_it_to_anyone(shared: TestHub) -> None:
    got = shared.anyone().get("/v1/openapi.json")
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    assert got.json == yaml.safe_load(YAML.read_text(encoding="utf-8"))
