"""The phrases that are spoken after S2: there for each language, short, as loud as the tones, and cut at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from kotaconsole.domain.alarm import SPOKEN, AlarmTimes, Sound
from kotaconsole.sounder.clips import RATE, load
from tests.sounder.making import SHIPPED
from tests.sounder.test_sounds import a_weighted_db, samples

pytestmark = pytest.mark.unit

FILES = [f"{sound.value}_{language}" for sound in sorted(SPOKEN) for language in ("hi", "en")]


def test_there_is_one_for_each_language_and_no_other() -> None:
    assert sorted(FILES) == sorted(path.stem for path in SHIPPED.glob("say_*.wav"))


@pytest.mark.parametrize("name", FILES)
def test_none_is_longer_than_the_machine_waits(name: str) -> None:
    length = len(samples(SHIPPED / f"{name}.wav")) / RATE
    assert 1.0 < length < AlarmTimes().spoken


@pytest.mark.parametrize("name", FILES)
def test_each_is_as_loud_as_the_tone_before_it(name: str) -> None:
    tone = samples(SHIPPED / f"{Sound.S2.value}.wav")
    said = samples(SHIPPED / f"{name}.wav")
    assert np.abs(said).max() < 0.75, "none is clipped"
    assert a_weighted_db(said) == pytest.approx(a_weighted_db(tone), abs=4)


@pytest.mark.parametrize("name", FILES)
def test_a_flag_never_waits_for_the_end_of_a_sentence(name: str) -> None:
    clip = load(SHIPPED)[name]
    said = samples(SHIPPED / f"{name}.wav")
    places = [0, *clip.gaps, clip.frames]
    for a, b in pairwise(places):
        stretch = said[a:b]
        # no longer than a pulse of S2, which a flag waits for as well
        assert (b - a) / RATE <= 0.15 or np.abs(stretch).max() < 0.02


def test_the_language_of_the_site_is_spoken() -> None:
    assert len({(SHIPPED / f"say_link_{language}.wav").read_bytes() for language in ("hi", "en")}) == 2
