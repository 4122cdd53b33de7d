"""A second console on one desk is told so; a dead one holds nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system.single_instance import SingleInstance

_HOLD = (
    "import sys; from pathlib import Path; from kotaconsole.system.single_instance import SingleInstance\n"
    "held = SingleInstance(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def test_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "console.lock"
    with SingleInstance(lock):
        with pytest.raises(EnvironmentFault) as told:
            SingleInstance(lock)
        assert told.value.code == "second-instance"
        assert "Everything saved is safe" in told.value.sentence.en
        SingleInstance(tmp_path / "another.lock").release()
    SingleInstance(lock).release()


def test_another_process_is_refused_and_its_death_frees_the_desk(tmp_path: Path) -> None:
    lock = tmp_path / "console.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(EnvironmentFault, match="second-instance"):
            SingleInstance(lock)
        other.send_signal(signal.SIGKILL)
        other.wait(10)
    SingleInstance(lock).release()


def test_releasing_twice_is_harmless(tmp_path: Path) -> None:
    held = SingleInstance(tmp_path / "l")
    held.release()
    held.release()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as told:
        SingleInstance(tmp_path / "none" / "l")
    assert told.value.code == "profile-unusable"
