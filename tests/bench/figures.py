"""What a bench found, beside the floor it was measured against."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: a value that was really measured, never one between two."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        value, floor: milliseconds, of the same run.
        ratio: value to floor.
        target: what is wanted, in words.
        ok: whether it was reached; None where nothing is asked.
        count: how many values and how many floors were taken.
        note: what was measured exactly.
    """

    name: str
    value: float
    floor: float | None
    ratio: float | None
    target: str
    ok: bool | None
    count: int
    note: str = ""


class Figures:
    """All lines of a run."""

    def __init__(self) -> None:
        self.lines: list[Figure] = []

    def ratio(
        self, name: str, values: Sequence[float], floors: Sequence[float], most: float | None = None, note: str = ""
    ) -> None:
        """Medians of both (seconds); ok when the one is at most ``most`` times the other.

        Raises:
            AssertionError: nothing was measured.
        """
        value, floor = _median_ms(name, values), _median_ms(name, floors)
        ratio = round(statistics.median(values) / statistics.median(floors), 2)
        target = "-" if most is None else f"<= {most:g} x floor"
        ok = None if most is None else ratio <= most
        self.lines.append(Figure(name, value, floor, ratio, target, ok, len(values), note))

    def at_most(self, name: str, value: float, floor: float, most_ms: float | None, count: int, note: str = "") -> None:
        """A value (seconds) with a bound in milliseconds, and the same percentile of the floor beside it."""
        ms, under = round(value * 1000, 2), round(floor * 1000, 2)
        target = "-" if most_ms is None else f"<= {most_ms:g} ms"
        ok = None if most_ms is None else ms <= most_ms
        self.lines.append(Figure(name, ms, under, round(ms / under, 2), target, ok, count, note))

    def part(self, name: str, values: Sequence[float], note: str = "") -> None:
        """The median of a part of the way (seconds): tells where the time goes, nothing is asked of it."""
        self.lines.append(Figure(name, _median_ms(name, values), None, None, "-", None, len(values), note))

    def write(self, path: Path = OUT) -> None:
        """Leave them for other programs."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [asdict(line) for line in self.lines]
        path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def table(self) -> str:
        """For people."""
        head = ("what", "ms", "floor", "ratio", "target", "ok", "n")
        rows = [head, *(_cells(line) for line in self.lines)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        return "\n".join(_laid_out(row, widths) for row in rows)


def _median_ms(name: str, values: Sequence[float]) -> float:
    assert values, f"nothing could be measured: {name}"
    return round(statistics.median(values) * 1000, 4)


def _cells(line: Figure) -> tuple[str, ...]:
    said = {True: "yes", False: "MISSED", None: ""}[line.ok]
    numbers = ["" if n is None else _number(n) for n in (line.value, line.floor, line.ratio)]
    return (line.name, *numbers, line.target, said, str(line.count))


def _number(value: float) -> str:
    return f"{value:.2f}" if value >= 1 else f"{value:.4f}"  # microseconds are not to be rounded away


def _laid_out(row: Sequence[str], widths: Sequence[int]) -> str:
    right = (1, 2, 3, 6)
    return "  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
