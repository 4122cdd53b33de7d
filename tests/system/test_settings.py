"""The site's settings: who wins, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system.paths import resources
from kotaconsole.system.settings import Settings, line_of, load, site_file

NOWHERE = Path("/nonexistent/site.toml")


def write(folder: Path, text: str, name: str = "site.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def wrong(file: Path | None = None, **given: object) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as told:
        load(file, {key.replace("__", "."): value for key, value in given.items()}, NOWHERE)
    assert told.value.code == "settings-wrong"
    return told.value


def test_without_any_file_the_defaults_hold() -> None:
    settings = load(site=NOWHERE)
    assert settings == Settings()
    assert (settings.link.wait, settings.desk.stale_after, settings.alarm.repeat) == (8.0, 900.0, 10.0)
    assert (settings.desk.language, settings.printing.paper) == ("hi", "A5")


def test_later_sources_win_key_by_key(tmp_path: Path) -> None:
    site = write(tmp_path, '[hub]\nurl = "https://a.example"\n[desk]\ntheme = "night"\n[printing]\nqueue = "one"')
    config = write(tmp_path, '[hub]\nurl = "https://b.example/"\n[printing]\nqueue = "two"', "mine.toml")
    settings = load(config, {"hub.url": "http://127.0.0.1:8080", "printing.queue": None}, site)
    assert settings.hub.url == "http://127.0.0.1:8080"
    assert settings.desk.theme == "night"
    assert settings.printing.queue == "two"
    assert load(config, None, site).hub.url == "https://b.example"


def test_the_example_is_right_and_shows_every_key(tmp_path: Path) -> None:
    text = (resources() / "site.example.toml").read_text("utf-8")
    assert load(write(tmp_path, text), site=NOWHERE) == Settings()
    (tmp_path / "ca.pem").touch()
    opened = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line for line in text.splitlines()
    )
    load(write(tmp_path, opened), site=NOWHERE)
    for section in Settings.__dataclass_fields__:
        for key in type(getattr(Settings(), section)).__dataclass_fields__:
            assert line_of(opened, (section, key)) != line_of(opened, (section,)), f"{section}.{key}"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("[hub]\n\nurll = 'https://a.example'", 3, "hub.urll"),
        ("# x\n[hup]\nurl = 'https://a.example'", 2, "hup"),
        ("[link]\nwait = 'long'", 2, "link.wait"),
        ("[link]\nwait = true", 2, "link.wait"),
        ("[alarm]\n# so\nrepeat = 3600", 3, "alarm.repeat"),
        ("[alarm]\nrepeat = nan", 2, "alarm.repeat"),
        ("[desk]\nlanguage = 'fr'", 2, "desk.language"),
        ("[printing]\nqueue = '-o raw'", 2, "printing.queue"),
        ("[printing]\nqueue = 'a/b'", 2, "printing.queue"),
        ("[printing]\npaper = 5", 2, "printing.paper"),
        ("[hub]\nca_file = 'missing.pem'", 2, "hub.ca_file"),
        ("[hub]\nca_file = 7", 2, "hub.ca_file"),
        ('[centre]\ncallback = """1\n2"""', 2, "centre.callback"),
        ("centre.name_en = 5", 1, "centre.name_en"),
        ("link = { wait = 8, presence = 900 }", 1, "link.presence"),
        ("[link]\npresence = 10\nwait = 15", 3, "link.wait"),
        ("link = 5", 1, "link"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path, text: str, line: int, key: str) -> None:
    file = write(tmp_path, text)
    said = wrong(file).sentence
    assert f"line {line}" in said.en
    assert f"पंक्ति {line})" in said.hi
    assert f"“{key}”" in said.en
    assert f"“{key}”" in said.hi
    assert str(file) in said.en
    assert "Nothing was started" in said.en


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example",
        "http://10.0.0.5:8080",
        "ftp://hub.example",
        "hub.example",
        "https://",
        "https://name:secret@hub.example",
        "https://hub.example/?a=1",
        "https://hub.example:99999",
        "https://[::1",
        5,
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(url: object) -> None:
    said = wrong(None, hub__url=url)
    assert "“hub.url”" in said.sentence.hi
    assert "command line" in said.sentence.en
    assert "secret" not in said.sentence.en + str(said)


@pytest.mark.parametrize("url", ["https://hub.example", "http://localhost:1", "http://[::1]:8", "http://127.0.0.9"])
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    assert load(None, {"hub.url": url}, NOWHERE).hub.url == url


def test_a_relative_file_counts_from_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    assert load(write(tmp_path, "[hub]\nca_file = 'ca.pem'"), site=NOWHERE).hub.ca_file == tmp_path / "ca.pem"


def test_broken_toml_and_unreadable_files_are_told(tmp_path: Path) -> None:
    assert "line 2" in wrong(write(tmp_path, "[hub]\nurl = \n")).sentence.en
    assert "line 2" in wrong(write(tmp_path, '[hub]\nurl = "')).sentence.en
    assert "cannot be read" in wrong(tmp_path / "absent.toml").sentence.en
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in wrong(tmp_path / "bytes.toml").sentence.en


def test_an_unknown_key_of_the_command_line_is_told() -> None:
    assert "“hub.port”" in wrong(None, hub__port=1).sentence.en
    assert "“x”" in wrong(None, x__y=1).sentence.en


def test_lines_in_texts_that_span_several_do_not_count() -> None:
    text = '[centre]\nname_en = """\nwait = 3\n[link]\n"""\n[link]\nwait = 4\n'
    assert line_of(text, ("link", "wait")) == 7
    assert line_of(text, ("desk",)) is None


def test_the_machines_own_file() -> None:
    assert site_file() == Path("/etc/kotaconsole/site.toml")
