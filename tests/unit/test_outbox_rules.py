"""What may be sent now, and where an answer leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.outbox import Answer, Entry, Fate, fate_after, ready
from tests.people import TWO_AM

pytestmark = pytest.mark.unit


def entry(n: int, case: str, fate: Fate = "queued") -> Entry:
    return Entry(n, f"id-{n}", case, "note", "op", "R. Meena", TWO_AM, TWO_AM, b"{}", {}, fate)


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Answer(applied=True), "acked"),
        (Answer(applied=True, terminal=True), "acked"),
        (Answer(applied=False, terminal=True), "rejected"),
        (Answer(applied=False), "queued"),
    ],
)
def test_only_applied_and_terminal_move_a_row(answer: Answer, fate: str) -> None:
    assert fate_after(answer) == fate


ENTRIES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(("queued", "acked", "rejected"))), max_size=20
).map(lambda drawn: [entry(n, case, fate) for n, (case, fate) in enumerate(drawn, 1)])  # type: ignore[arg-type]


@given(ENTRIES, st.frozensets(st.sampled_from("abc")), st.randoms())
def test_per_case_the_lowest_queued_number_and_none_while_one_is_under_way(
    entries: list[Entry], under_way: frozenset[str], chance: object
) -> None:
    """I4, in whatever order the rows come."""
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = ready(shuffled, under_way)
    expected: dict[str, Entry] = {}
    for one in entries:
        if one.fate == "queued" and one.referral_id not in under_way:
            expected.setdefault(one.referral_id, one)
    assert found == tuple(sorted(expected.values(), key=lambda e: e.n))
