"""Requests generated from the API document, against a hub process: no answer the document does not know, no 5xx."""

from __future__ import annotations

import re

import pytest

from tests.contract import api_run

SECONDS = 60
SEED = 1769262362
"""One that found something once. Every run tries the same, so that a change is judged by what it changed; new seeds
are tried by `make test-api`."""


@pytest.mark.slow
@pytest.mark.contract
@pytest.mark.enable_socket
@pytest.mark.timeout(SECONDS + 2 * api_run.GRACE_S)
def test_generated_requests_find_nothing() -> None:
    done = api_run.run(SECONDS, SEED)
    again = f"python -m tests.contract.api_run --seconds {SECONDS} --seed {SEED}"
    told = f"{again}\n{done.stdout[-20_000:]}{done.stderr[-3_000:]}"
    assert done.returncode == 0, told
    cases = re.search(r"([\d,]+) generated", done.stdout)
    assert cases, told
    assert int(cases[1].replace(",", "")) > 300, told
