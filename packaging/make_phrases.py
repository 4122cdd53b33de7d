"""Make the spoken phrases that follow S2, in Hindi and English, from the text below.

They are spoken by eSpeak NG (`espeak-ng` on the path; GPL-3.0-or-later, needed here alone, the sound it makes is not
under its licence) and shipped as WAV, so that no desk needs a speech engine. No phrase names a person, a case or a
place.

Run: `python packaging/make_phrases.py [FOLDER]`; needs numpy.
"""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

RATE = 48_000
PEAK = 0.7
"""Highest sample, 1 = full scale: never clipped."""
DRIVE = 2.0
"""How far the peaks are pressed, 1 = hardly."""
WORDS_A_MINUTE = 145
"""Slower than talk: it is heard across a room, at night."""
QUIET = 0.01
"""What counts as silence before the first and after the last sound."""

PHRASES = {
    "say_link_hi": ("hi", "हब से संपर्क टूट गया है"),
    "say_link_en": ("en-gb", "The link to the hub is lost"),
    "say_watch_hi": ("hi", "एक जगह अलार्म नहीं सुना जा रहा"),
    "say_watch_en": ("en-gb", "An alarm is not heard at one place"),
}


def speak(voice: str, text: str) -> np.ndarray:
    """The phrase as samples from -1 to 1 at `RATE`, without silence around it."""
    said = subprocess.run(
        ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "--stdout", text], check=True, capture_output=True
    ).stdout
    with wave.open(io.BytesIO(said)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768.0
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    samples = samples[loud[0] : loud[-1] + 1]
    # Through the spectrum: exact for what the engine can say, which ends at half its own rate.
    count = round(len(samples) * RATE / rate)
    resampled = np.fft.irfft(np.fft.rfft(samples), count) * (count / len(samples))
    # Speech has high peaks over a low level; pressed together like this it is as loud as the tones at the same peak.
    pressed = np.tanh(DRIVE * resampled / np.max(np.abs(resampled)))
    return np.asarray(pressed * (PEAK / np.max(np.abs(pressed))))


def write(folder: Path) -> list[Path]:
    """Write every phrase as 48 kHz mono 16 bit WAV; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, (voice, text) in PHRASES.items():
        path = folder / f"{name}.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((speak(voice, text) * 32767).astype("<i2").tobytes())
        made.append(path)
    return made


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "resources" / "sounds"
    for made_file in write(target):
        print(made_file)
