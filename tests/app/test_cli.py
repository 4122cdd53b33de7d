"""The command line hands on what was said, and a fault it meets is told in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import kotaconsole.app
from kotaconsole.app import Options
from kotaconsole.cli import main
from kotaconsole.domain.errors import Bilingual, EnvironmentFault


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """What the console was started with."""
    found: list[Options] = []

    def run(options: Options) -> int:
        found.append(options)
        return 0

    monkeypatch.setattr(kotaconsole.app, "run", run)
    return found


def test_from_the_menu_the_site_decides_everything(started: list[Options]) -> None:
    assert main([]) == 0
    assert started == [Options()]


def test_what_was_said_overrides_the_site(started: list[Options]) -> None:
    words = ["--hub", "https://hub.example", "--profile", "/desk", "--config", "site.toml", "--queue", "slips"]
    assert main(words) == 0
    assert started == [Options(Path("/desk"), Path("site.toml"), "https://hub.example", "slips")]


@pytest.mark.parametrize("words", [["--hub"], ["--hubb", "x"], ["something"]])
def test_words_nobody_knows_start_nothing(started: list[Options], words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert started == []


def test_a_fault_is_told_in_both_languages_with_its_technical_part_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: Options) -> int:
        raise EnvironmentFault("disk-full", Bilingual("The disk is full.", "डिस्क भर गई है।"), "ENOSPC")

    monkeypatch.setattr(kotaconsole.app, "run", run)
    assert main([]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == ["डिस्क भर गई है।", "The disk is full.", "(disk-full: ENOSPC)"]
