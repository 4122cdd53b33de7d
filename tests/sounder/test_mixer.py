"""What a sound server says of our stream, and what it means for the ear."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kotaconsole.sounder.mixer import judge
from kotaconsole.sounder.protocol import Why

pytestmark = pytest.mark.unit


def part(name: str = "desk", mute: int = 0, volume: float = 1.0, state: str = "running") -> SimpleNamespace:
    return SimpleNamespace(name=name, mute=mute, volume=SimpleNamespace(value_flat=volume), state=state)


@pytest.mark.parametrize(
    ("ours", "sink", "wanted", "why"),
    [
        (part(), part(), "desk", None),
        (part(), part(state="idle"), "desk", None),
        (part(), part(), "headset", Why.DEVICE_CHANGED),
        (part(), part("headset"), "desk", Why.DEVICE_CHANGED),
        (part(), part(mute=1), "desk", Why.MUTED),
        (part(mute=1), part(), "desk", Why.MUTED),
        (part(), part(volume=0.39), "desk", Why.VOLUME_LOW),
        (part(volume=0.6), part(volume=0.6), "desk", Why.VOLUME_LOW),
        (part(volume=0.65), part(volume=0.65), "desk", None),
        (part(), part(state="suspended"), "desk", Why.SUSPENDED),
    ],
)
def test_each_reason(ours: SimpleNamespace, sink: SimpleNamespace, wanted: str, why: Why | None) -> None:
    assert judge(ours, sink, "desk", wanted, 0.4) is why
