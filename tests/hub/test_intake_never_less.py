"""Whatever sources send, in whatever order: no case becomes less urgent, less known or closed by it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.referral import Flag
from kotaconsole.domain.vocabulary import FLAG_KINDS, LEVELS, SIGNALS, URGENCIES
from kotaconsole.hub.problems import Refused
from tests.hub.workshop import Workshop

JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2),
                 st.dictionaries(st.text(max_size=3), st.integers(), max_size=2))  # fmt: skip
REFERENCES = st.sampled_from(["A-1", "A-2"])
PLATFORMS = st.sampled_from(["instagram", "newplace"])
ACCOUNTS = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "platform_account_id": st.sampled_from(["1", "2"]), "handle": st.sampled_from(["@a", "b"]),
            "url": st.sampled_from(["https://x.invalid/a", "x.invalid/b"]),
            "age_band": st.sampled_from(["under_18", "25_plus", "unknown", "quite old"]),
        },
    ),
    JUNK,
)  # fmt: skip
BODIES = st.one_of(
    st.fixed_dictionaries(
        {"account": ACCOUNTS},
        optional={
            "urgency": st.one_of(st.sampled_from(URGENCIES), JUNK),
            "signals": st.one_of(st.lists(st.sampled_from(SIGNALS), min_size=1, max_size=3), JUNK),
            "kind": st.one_of(st.sampled_from(FLAG_KINDS), JUNK),
            "excerpt": st.one_of(st.text(max_size=20), JUNK),
            "level": st.sampled_from(LEVELS), "state": st.just("closed"), "outcome": st.just({"code": "duplicate"}),
            "withdrawn_at": st.just("2026-01-01T00:00:00Z"), "subject": JUNK, "locations": JUNK,
        },
    ).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=20),
)  # fmt: skip
PUTS = st.tuples(st.just("put"), PLATFORMS, REFERENCES, BODIES)
DELETES = st.tuples(st.just("withdraw"), PLATFORMS, REFERENCES, st.sampled_from(["error", "resolved", "whim", ""]))
WAITS = st.tuples(st.just("wait"), st.floats(0.1, 40))
PEOPLE = st.tuples(st.just("person"), st.sampled_from(["acknowledge", "close", "lower", "split"]))
STEPS = st.lists(st.one_of(PUTS, PUTS, PUTS, DELETES, WAITS, PEOPLE), min_size=6, max_size=25)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file without cases: a copy of it begins every story."""
    folder = tmp_path_factory.mktemp("empty")
    Workshop(folder).close()
    return folder


@contextmanager
def workshop(empty: Path) -> Iterator[Workshop]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(empty, folder, dirs_exist_ok=True)
        shop = Workshop(Path(folder))
        try:
            yield shop
        finally:
            shop.close()


def everything(shop: Workshop) -> dict[str, Case]:
    with shop.database.reader.begin() as connection:
        ids = [str(row[0]) for row in connection.exec_driver_sql("SELECT id FROM referrals")]
    return {case_id: shop.case(case_id) for case_id in ids}


def assert_nothing_less(before: dict[str, Case], after: dict[str, Case]) -> None:
    assert before.keys() <= after.keys(), "a case vanished"
    for case_id, was in before.items():
        now = after[case_id].referral
        assert LEVELS.index(now.level) <= LEVELS.index(was.referral.level), "a level was lowered"
        assert now.state == was.referral.state, "a source moved a case"
        assert now.holder == was.referral.holder
        assert now.outcome == was.referral.outcome
        assert {cause.version for cause in was.causes} <= {cause.version for cause in after[case_id].causes}, (
            "an alarm fell silent"
        )
        flags = {(flag.platform, flag.reference): flag for flag in now.flags}
        for old in was.referral.flags:
            assert_flag_stands(old, flags[(old.platform, old.reference)])


def assert_flag_stands(old: Flag, new: Flag) -> None:
    assert set(old.signals) <= set(new.signals), "a signal was removed"
    assert set(old.defects) <= set(new.defects), "what could not be read was forgotten"
    if old.urgency is not None:
        assert new.urgency is not None
        assert URGENCIES.index(new.urgency) <= URGENCIES.index(old.urgency), "an urgency was lowered"
    assert new.kind == "live" or old.kind != "live"
    assert new.received_at == old.received_at


def a_person_acts(shop: Workshop, deed: str) -> None:
    cases = everything(shop)
    if not cases:
        return
    case_id = min(cases)
    case = cases[case_id]
    flags = [flag.reference for flag in case.referral.flags]
    if deed == "acknowledge":
        shop.does(case_id, hap.Acknowledged(case.referral.version))
    elif case.referral.state == "closed":
        return
    elif deed == "close":
        shop.closes(case_id)
    elif deed == "lower":
        shop.does(case_id, hap.LevelLowered("P3", "भूल"))
    elif len(flags) > 1:
        shop.splits(case_id, flags[-1])


@settings(
    max_examples=120, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(steps=STEPS)
def test_no_message_of_a_source_makes_anything_less(empty: Path, steps: list[Any]) -> None:
    with workshop(empty) as shop:
        for step in steps:
            if step[0] == "wait":
                shop.now = shop.now.plus(hours=step[1])
                continue
            if step[0] == "person":
                a_person_acts(shop, step[1])
                continue
            before = everything(shop)
            answered = a_source_sends(shop, *step)
            after = everything(shop)
            assert_nothing_less(before, after)
            assert len(after) <= len(before) + 1
            if answered is not None:
                assert any(flag.reference == step[2] for flag in after[answered].referral.flags), (
                    "the answer names a case that does not hold the flag"
                )


def a_source_sends(shop: Workshop, what: str, platform: str, reference: str, told: Any) -> str | None:
    if what == "put":
        status, case_id = shop.put_raw(reference, told, platform)
        assert status in (200, 201, 202)
        return case_id
    if not shop.knows(reference, platform):
        with pytest.raises(Refused, match="not-found"):
            shop.withdraw(reference, platform, told)
        return None
    return shop.withdraw(reference, platform, told)
