from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from kotaconsole.domain.listing import CaseRow, order
from kotaconsole.ui.models import columns
from kotaconsole.ui.models.cases import CaseModel
from kotaconsole.ui.models.columns import Column
from tests.ui import people


@pytest.fixture
def model(qapp) -> CaseModel:
    return CaseModel(lambda: people.NOW, lambda: "en")


def shown(model: CaseModel) -> list[str]:
    return [model.row_at(line).key for line in range(model.rowCount())]


def sorted_keys(rows: list[CaseRow]) -> list[str]:
    return [row.key for row in sorted(rows, key=order)]


def a_row(n: int, dice: random.Random) -> CaseRow:
    return people.row(n, dice.choice(("P1", "P2", "P3")), waited=dice.randrange(9000), ringing=dice.random() < 0.3)


def test_order_is_level_then_unacknowledged_then_oldest(model: CaseModel) -> None:
    rows = [
        people.row(1, "P2", waited=900, ringing=True),
        people.row(2, "P1", waited=10),
        people.row(3, "P1", waited=5, ringing=True),
        people.row(4, "P1", waited=50, ringing=True),
        people.row(5, "P1", waited=5000),
        people.row(6, "P1", waited=9000, ringing=True, training=True),
    ]
    model.fill(rows)
    assert [model.row_at(line).number[-1] for line in range(6)] == ["4", "3", "5", "2", "1", "6"]


@pytest.mark.parametrize("seed", range(6))
def test_any_history_leaves_the_list_sorted_and_never_resets(model: CaseModel, qtmodeltester, seed: int) -> None:
    qtmodeltester.check(model)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.filter(lambda row: row.state != "closed")
    dice, truth = random.Random(seed), {}
    for _step in range(60):
        touched = {n: a_row(n, dice) for n in dice.sample(range(40), dice.randrange(1, 9))}
        touched = {n: replace(row, state=dice.choice(("new", "informed", "closed"))) for n, row in touched.items()}
        gone = dice.sample(sorted(truth), min(len(truth), dice.randrange(3)))
        for n in gone:
            touched.pop(n, None)
        model.merge(touched.values(), [truth.pop(n).key for n in gone])
        truth.update(touched)
        if dice.random() < 0.2:
            truth = {n: row for n, row in truth.items() if n % 5 != dice.randrange(5)}
            model.fill(list(truth.values()))
        assert shown(model) == sorted_keys([row for row in truth.values() if row.state != "closed"])
    assert not resets


def test_fill_with_the_same_rows_touches_nothing(model: CaseModel) -> None:
    rows = [people.row(n, "P2", waited=n) for n in range(50)]
    model.fill(rows)
    touched: list[str] = []
    model.dataChanged.connect(lambda *_: touched.append("data"))
    model.rowsInserted.connect(lambda *_: touched.append("in"))
    model.rowsRemoved.connect(lambda *_: touched.append("out"))
    model.rowsMoved.connect(lambda *_: touched.append("move"))
    model.fill([replace(row) for row in rows])
    assert touched == []
    model.fill([*rows[:49], people.row(99, "P1")])
    assert sorted(touched) == ["in", "out"]


def test_persistent_index_follows_its_case_through_moves(model: CaseModel) -> None:
    from PySide6.QtCore import QPersistentModelIndex

    model.fill([people.row(n, "P2", waited=n * 10) for n in range(20)])
    key = model.row_at(7).key
    held = QPersistentModelIndex(model.index(7, 0))
    moved = replace(model.row_at(7), level="P1")
    model.merge([moved, people.row(50, "P1", ringing=True)])
    assert model.row_at(held.row()).key == key


def test_every_cell_is_spoken_and_flags_are_a_bare_number(model: CaseModel) -> None:
    model.fill([people.row(1, "P1", ringing=True, flags=3, who=None, where=None, platform=None, number=None)])
    for column in Column:
        spoken = model.data(model.index(0, column), Qt.ItemDataRole.AccessibleTextRole)
        assert spoken
        assert model.headerData(column, Qt.Orientation.Horizontal)
    assert model.data(model.index(0, Column.FLAGS), Qt.ItemDataRole.AccessibleTextRole) == "3"
    assert "not acknowledged" in model.data(model.index(0, Column.STATE), Qt.ItemDataRole.AccessibleTextRole)


def test_names_stay_masked_in_the_list(model: CaseModel) -> None:
    model.fill([people.row(1, who="Rekha Sample")])
    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        assert "Rekha" not in model.data(model.index(0, Column.WHO), role)
    assert columns.who(people.row(1, who="\u202eRekha Sample")).startswith("R•••")


def test_one_line_goes_into_ten_thousand_fast(model: CaseModel) -> None:
    dice = random.Random(1)
    rows = [a_row(n, dice) for n in range(10_000)]
    started = time.perf_counter()
    model.fill(rows)
    filled = time.perf_counter() - started
    sample = [people.row(20_000 + n, "P1", waited=n, ringing=True) for n in range(100)]
    started = time.perf_counter()
    for row in sample:
        model.merge([row])
    each = (time.perf_counter() - started) / 100
    # Generous for a shared machine; a reset or a sort per line is some hundred times slower.
    assert filled < 1.0
    assert each < 0.005
    assert model.rowCount() == 10_100
