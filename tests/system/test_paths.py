"""The desk's folder: found, private, and named for ever."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system import paths


def test_resources_are_found() -> None:
    assert (paths.resources() / "slips" / "slip.typ").is_file()


def test_installed_resources_lie_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "kotaconsole"
    (package / "_resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(package / "system" / "paths.py"))
    assert paths.resources() == package / "_resources"


def test_missing_resources_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "kotaconsole" / "system" / "paths.py"))
    with pytest.raises(EnvironmentFault) as told:
        paths.resources()
    assert told.value.code == "resources-missing"


def test_the_folder_is_its_owners_alone_even_if_it_was_not(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    root.mkdir(mode=0o755)
    desk = paths.profile_dirs(root)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert {file.parent for file in desk.databases} == {root}
    assert desk.lock_file.parent == desk.logs.parent == root


def test_the_desk_keeps_its_name_when_its_folder_moves(tmp_path: Path) -> None:
    first = paths.profile_dirs(tmp_path / "a" / "desk")
    assert paths.profile_dirs(tmp_path / "a" / "desk").profile_id == first.profile_id
    (tmp_path / "a" / "desk").rename(tmp_path / "moved")
    assert paths.profile_dirs(tmp_path / "moved").profile_id == first.profile_id
    assert paths.profile_dirs(tmp_path / "other").profile_id != first.profile_id


def test_a_look_for_the_desk_makes_nothing_and_finds_what_is_there(tmp_path: Path) -> None:
    assert paths.known_profile(tmp_path / "desk") is None
    assert not (tmp_path / "desk").exists()
    begun = paths.profile_dirs(tmp_path / "desk")
    assert paths.known_profile(tmp_path / "desk") == begun
    (tmp_path / "file").touch()
    assert paths.known_profile(tmp_path / "file" / "desk") is None


def test_a_name_that_was_cut_short_is_not_used(tmp_path: Path) -> None:
    first = paths.profile_dirs(tmp_path).profile_id
    (tmp_path / "profile-id").write_text(first[:7])
    assert len(paths.profile_dirs(tmp_path).profile_id) == 32


def test_without_a_word_the_folder_is_the_systems_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert paths.profile_dirs().root == tmp_path / "kotaconsole"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentFault) as told:
        paths.profile_dirs(tmp_path / "file" / "desk")
    assert told.value.code == "profile-unusable"
    assert str(tmp_path) not in str(told.value)


def test_new_files_are_private(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        paths.private_umask()
        (tmp_path / "new").touch()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_the_program_can_start_itself_from_a_checkout_and_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/py")
    assert paths.ourselves("sounder") == ["/bin/py", "-m", "kotaconsole", "sounder"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert paths.ourselves("hub", "serve") == ["/bin/py", "hub", "serve"]
