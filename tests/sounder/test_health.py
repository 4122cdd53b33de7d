"""The verdict on stream and mixer, and the words it travels in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kotaconsole.sounder.health import Facts, Verdict, judge
from kotaconsole.sounder.mixer import MixerView
from kotaconsole.sounder.protocol import (
    Beat,
    Began,
    Bye,
    Ended,
    Health,
    Order,
    PlayOrder,
    Ready,
    Stop,
    Why,
    Word,
    encode,
    read_order,
    read_word,
)

pytestmark = pytest.mark.unit

WELL = Facts(now=100.0, opened_at=50.0, last=99.99, active=True, server=True, mixer=MixerView(None, 99.9))


def lost(why: Why, *, alive: bool = False, final: bool = False) -> Verdict:
    return Verdict(Health(ok=False, why=why, alive=alive), final)


def test_well() -> None:
    assert judge(WELL) == Verdict(Health(ok=True))
    assert judge(replace(WELL, server=False, mixer=None)) == Verdict(Health(ok=True)), "plain ALSA"


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (replace(WELL, mixer=MixerView(Why.MUTED, 99.9)), lost(Why.MUTED, alive=True)),
        (replace(WELL, mixer=MixerView(Why.VOLUME_LOW, 99.9)), lost(Why.VOLUME_LOW, alive=True)),
        (replace(WELL, mixer=MixerView(Why.SUSPENDED, 99.9), last=98.0), lost(Why.SUSPENDED)),
        (replace(WELL, mixer=MixerView(Why.DEVICE_GONE, 99.9)), lost(Why.DEVICE_GONE, final=True)),
        (replace(WELL, mixer=MixerView(Why.DEVICE_CHANGED, 99.9)), lost(Why.DEVICE_CHANGED, final=True)),
        (replace(WELL, mixer=MixerView(Why.SERVER_GONE, 99.9)), lost(Why.SERVER_GONE, final=True)),
        (replace(WELL, active=False), lost(Why.SERVER_GONE, final=True)),
        (replace(WELL, active=False, server=False, mixer=None), lost(Why.DEVICE_GONE, final=True)),
        (replace(WELL, last=99.5), lost(Why.NO_SAMPLES)),
        (replace(WELL, last=97.0), lost(Why.NO_SAMPLES, final=True)),
        (replace(WELL, mixer=MixerView(None, 98.4)), lost(Why.SERVER_GONE, alive=True)),
        (replace(WELL, last=None), lost(Why.NO_SAMPLES, final=True)),
    ],
)
def test_each_way_to_be_silent(facts: Facts, verdict: Verdict) -> None:
    assert judge(facts) == verdict


@pytest.mark.parametrize("facts", [replace(WELL, opened_at=98.0, last=None), replace(WELL, mixer=None)])
def test_a_device_that_wakes_up_is_given_time(facts: Facts) -> None:
    assert judge(facts) is None


@pytest.mark.parametrize("order", [PlayOrder(3, "s1_p1", cut=True), Beat(), Stop(), Bye()])
def test_orders_travel(order: Order) -> None:
    line = encode(order)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_order(line) == order


@pytest.mark.parametrize("word", [Ready("pulse", 0.04), Began(1, 2.5), Ended(1, 3.5, whole=False), Health(ok=True)])
def test_words_travel(word: Word) -> None:
    assert read_word(encode(word)) == word


@pytest.mark.parametrize(
    "line",
    [b"", b"null", b'{"is":"play"}', b'{"is":"beat","n":1}', b'{"is":"ready","device":"x","latency":0}', b"\xff"],
)
def test_other_lines_are_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        read_order(line)
