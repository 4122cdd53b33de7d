"""The log tells what the program did and never about whom."""

from __future__ import annotations

import io
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system import logs
from kotaconsole.system.logs import HIDDEN, LOG_FILE, LogFile, Personal, redact

CANARIES = (
    "+91 00000 00041",
    "0000000041",
    "00000-00041",
    "(0744) 000 0041",
    "+91.00000.00041",
    "०००००००००४१",
    "canary.person+tag@mail.example.invalid",
    "@canary_handle",
    "https://www.instagram.com/canary.person/",
    "fb.com/canary.person",
    "[parameters: ('canary person', 'Kota')]",
)
KEPT = (
    "0199a3f2-6b0e-7d3c-9a55-000000000041",
    "case 2026-000123 seen",
    "slip K3-261123-04 spooled",
    "since 2026-11-23 03:12:09,123 and 2026-11-23T03:12:09.123Z",
    "read 4711 rows in 12.345 ms on port 45678",
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    file = LogFile(tmp_path / "logs")
    yield tmp_path / "logs"
    file.close()


def written(folder: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in sorted(folder.iterdir()))


@pytest.mark.parametrize("person", CANARIES)
def test_personal_text_is_hidden_by_whatever_way_it_comes(log: Path, person: str) -> None:
    log_ = logging.getLogger("kotaconsole.test")
    log_.warning("begin %s", person)
    log_.warning(f"begin {person}")  # noqa: G004 - people do it
    log_.warning({"phone": person})
    try:
        raise ValueError(person)
    except ValueError:
        log_.warning("with a trace", exc_info=True)
    log_.warning("with a stack %s", person, stack_info=True)
    text = written(log)
    assert person not in text
    assert "canary" not in text
    assert text.count(HIDDEN) >= 4
    assert text.count("begin ") >= 2


@pytest.mark.parametrize("line", KEPT)
def test_what_helps_to_mend_the_program_stays(log: Path, line: str) -> None:
    logging.getLogger("kotaconsole.test").warning(line)
    assert line in written(log)
    assert redact(line) == line


def test_a_trace_another_handler_has_formatted_is_combed_too(tmp_path: Path) -> None:
    earlier = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(earlier)
    file = LogFile(tmp_path)
    try:
        raise ValueError("0000000041")
    except ValueError:
        logging.getLogger("kotaconsole.test").warning("trace", exc_info=True)
    finally:
        logging.getLogger().removeHandler(earlier)
        file.close()
    assert "0000000041" not in written(tmp_path)
    assert "ValueError" in written(tmp_path)


def test_a_wrapped_value_never_becomes_text(log: Path) -> None:
    name = Personal("कल्पित नाम")
    logging.getLogger("kotaconsole.test").warning("%s %r %s", name, name, f"{name:>10} {[name]}")
    assert "कल्पित" not in written(log)
    assert name.value == "कल्पित नाम"


def test_a_marked_record_is_not_written(log: Path) -> None:
    logging.getLogger("kotaconsole.test").warning("about Riya", extra={"personal": True})
    logging.getLogger("kotaconsole.test").warning("about nobody")
    assert "Riya" not in written(log)
    assert "about nobody" in written(log)


def test_it_turns_over_and_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 2_000)
    file = LogFile(tmp_path)
    for _ in range(500):
        logging.getLogger("kotaconsole.test").warning("a line of about fifty letters, written many times")
    file.close()
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 6
    assert max(sizes) <= 2_000


def test_closing_gives_the_root_logger_back(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    file = LogFile(tmp_path)
    file.close()
    file.close()
    assert (root.level, list(root.handlers)) == before


def test_the_folder_is_private_and_trouble_with_it_is_told(tmp_path: Path) -> None:
    LogFile(tmp_path / "logs").close()
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert (tmp_path / "logs" / LOG_FILE).exists()
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault) as told:
        LogFile(tmp_path / "file" / "logs")
    assert told.value.code == "profile-unusable"
