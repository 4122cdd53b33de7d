"""Methods: those of the document, HEAD wherever there is GET, and no others."""

from __future__ import annotations

from typing import Final

import pytest

from tests.contract.document import operations
from tests.hub.client import Http, new_uuid
from tests.hub.fixtures import TestHub

UNIT: Final = "kota-city"
METHODS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD")
ASKED: Final = {
    "/v1/handovers": f"unit={UNIT}",
    "/v1/reports/shift": f"unit={UNIT}&from=2026-11-23T00:00:00.000Z&to=2026-11-23T08:00:00.000Z",
}
"""What a path wants to be asked with."""


def documented() -> dict[str, list[str]]:
    """Methods by path, from the API document."""
    found: dict[str, list[str]] = {}
    for path, method, _ in operations():
        found.setdefault(path, []).append(method)
    return found


def refused_methods() -> list[tuple[str, str]]:
    """Every path of the document with every method that it does not have there."""
    return [
        (method, path)
        for path, methods in documented().items()
        for method in METHODS
        if method not in methods and not (method == "HEAD" and "GET" in methods)
    ]


@pytest.mark.parametrize("role", ["none", "admin"])
def test_a_method_the_document_does_not_have_is_405(shared: TestHub, name: str, role: str) -> None:
    case = shared.put_flag(name).json["referral_id"]
    who: Http = shared.anyone() if role == "none" else shared.person(name, role)
    assert len(refused_methods()) >= 150, "the document has shrunk"
    for method, path in refused_methods():
        at = path.format(unit=UNIT, id=case, uuid=new_uuid(), platform="instagram", reference="r-1")
        got = who.ask(method, at)
        assert got.status == 405, (method, path, got.status)
        assert set(documented()[path]) <= set(got.headers["allow"].split(", "))
        if method != "HEAD":
            assert (got.code, got.json["terminal"]) == ("method-not-allowed", True)


def test_head_is_get_without_a_body(shared: TestHub, name: str) -> None:
    who = shared.person(name, "auditor")
    for path, methods in documented().items():
        if "GET" not in methods or "changes" in path or "{id}" in path:
            continue
        at = path.format(unit=UNIT)
        asked = f"{at}?{ASKED[at]}" if at in ASKED else at
        got = who.ask("HEAD", asked)
        assert (path, got.status, got.raw) == (path, who.get(asked).status, b"")
