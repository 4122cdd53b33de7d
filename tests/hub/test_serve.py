"""The command line: what it refuses, and in which words."""

from __future__ import annotations

import io
import json
import logging
import socket
import ssl
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub import cli
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.serve import Listen, Running, guard
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage.database import file_of
from tests.hub.client import PASSWORD, Person, new_uuid
from tests.hub.fixtures import TestHub


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def sentence(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    hindi, english = capsys.readouterr().err.strip().split("\n")
    assert any("ऀ" <= letter <= "ॿ" for letter in hindi), "Hindi comes first"
    return hindi, english


def settings(tmp_path: Path, **more: Any) -> HubSettings:
    return HubSettings(db=f"sqlite:///{tmp_path}/hub.db", resources=find_resources(), **more)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "hub.example.invalid", ""])
def test_it_does_not_listen_in_clear_beyond_this_machine(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["serve", "--db", f"sqlite:///{tmp_path}/hub.db", "--host", host]) == 2
    _, english = sentence(capsys)
    assert "--tls-cert" in english
    assert "Nothing was started" in english
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_a_proxy_and_a_certificate_are_let_through(tmp_path: Path, host: str) -> None:
    guard(Listen(host, 0), settings(tmp_path))
    guard(Listen("0.0.0.0", 0), settings(tmp_path, behind_proxy=True))
    guard(Listen("0.0.0.0", 0, Path("cert"), Path("key")), settings(tmp_path))


def test_a_certificate_without_its_key_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--db", f"sqlite:///{tmp_path}/hub.db", "--tls-cert", "x"]) == 2
    assert "belong together" in sentence(capsys)[1]


@pytest.mark.parametrize("written", ["", "no certificate"])
def test_a_certificate_that_cannot_be_used_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    file = tmp_path / "cert.pem"
    if written:
        file.write_text(written)
    words = ["serve", "--db", f"sqlite:///{tmp_path}/hub.db", "--tls-cert", str(file), "--tls-key", str(file)]
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert "Nothing was started" in said
    assert "कुछ भी शुरू नहीं हुआ" in said
    assert not (tmp_path / "hub.db").exists()


def test_a_version_that_is_none_is_refused_at_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["serve", "--db", f"sqlite:///{tmp_path}/hub.db", "--min-console", "foo"])
    assert "संस्करण" in capsys.readouterr().err


def test_tls_is_served_and_checked(tmp_path: Path) -> None:
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    leaf.cert_chain_pems[0].write_to_path(cert)
    leaf.private_key_pem.write_to_path(key)
    hub = TestHub(tmp_path, cert=cert, key=key)
    hub.start()
    try:
        assert hub.url.startswith("https://")
        context = ssl.create_default_context()
        authority.configure_trust(context)
        with urllib.request.urlopen(f"{hub.url}/healthz", context=context, timeout=60) as answer:
            assert answer.status == 200
    finally:
        hub.stop()


def test_the_line_says_where_and_what(tmp_path: Path) -> None:
    for training, word in ((True, "TRAINING"), (False, "LIVE")):
        folder = tmp_path / word
        folder.mkdir()
        with Running(settings(folder, training=training), Listen("127.0.0.1", 0), WallClock()) as running:
            line, url = running.line(), running.url
            running.hub.auth.close()
            running.hub.readers.close()
            running.hub._database.close()
        assert "\n" not in line
        assert url in line
        assert word in line


def test_a_second_hub_on_the_same_file_is_refused(hub: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--db", f"sqlite:///{hub.db}", "--port", "0"]) == 2
    assert "Another hub" in sentence(capsys)[1]
    assert hub.anyone().get("/healthz").status == 200


def test_a_taken_port_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--db", f"sqlite:///{tmp_path}/hub.db"]) == 0
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert cli.main(["serve", "--db", f"sqlite:///{tmp_path}/hub.db", "--port", str(port)]) == 2
    assert str(port) in sentence(capsys)[1]


def test_training_and_real_cases_are_never_mixed(hub: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.stop()
    assert cli.main(["serve", "--db", f"sqlite:///{hub.db}", "--port", "0", "--training"]) == 2
    assert "never mixed" in sentence(capsys)[1]


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hub.db"
    file.write_bytes(b"letters of another program" * 100)
    before = file.read_bytes()
    assert cli.main(["init", "--db", f"sqlite:///{file}"]) == 2
    assert "left as it is and nothing was created" in sentence(capsys)[1]
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


@pytest.mark.parametrize("url", ["postgresql://hub", "sqlite://", "sqlite:///:memory:", "://"])
def test_other_databases_are_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--db", url]) == 2
    assert "SQLite" in sentence(capsys)[1]


def test_a_directory_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper = tmp_path / "units.json"
    assert cli.main(["init", "--db", f"sqlite:///{tmp_path}/hub.db"]) == 0
    for text in ("{", '{"revision": 1, "intake_unit": "nowhere", "units": []}'):
        paper.write_text(text)
        asked = ["serve", "--db", f"sqlite:///{tmp_path}/hub.db", "--port", "0", "--directory", str(paper)]
        assert cli.main(asked) == 2
        assert "units.json" in sentence(capsys)[1]


def test_a_directory_of_ones_own_decides_units_and_intake(tmp_path: Path) -> None:
    paper = tmp_path / "units.json"
    name = {"en": "A", "hi": "अ"}
    units = [{"id": "a", "kind": "state", "name": name}, {"id": "b", "kind": "district", "name": name, "parent": "a"}]
    paper.write_text(json.dumps({"revision": 3, "intake_unit": "b", "units": units, "helplines": []}))
    hub = TestHub(tmp_path, directory=paper).start()
    try:
        asha = hub.person("asha", "operator", "b")
        hub.add_user("platform", "source", "a")
        source = Person(hub.url, "platform", new_uuid())
        rid = source.send("PUT", "/v1/flags/other/X-1", {"kind": "post"}).json["referral_id"]
        assert asha.case(rid)["unit"] == "b"
        assert [unit["id"] for unit in asha.get("/v1/directory").json["units"]] == ["a", "b"]
    finally:
        hub.stop()


def test_a_person_is_added_and_may_sign_in(
    hub: TestHub, piped: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    piped(f"{PASSWORD}\n")
    added = ["user", "add", "asha", "--role", "operator", "--unit", "kota-city", "--name", "आशा", "--password-stdin",
             "--db", f"sqlite:///{hub.db}"]  # fmt: skip
    assert cli.main(added) == 0
    user_id = capsys.readouterr().out.strip()
    person = Person(hub.url, "asha", new_uuid())
    assert (person.id, person.session["operator"]["name"]) == (user_id, "आशा")
    piped(f"{PASSWORD}\n")
    assert cli.main(added) == 2
    assert "exists already" in sentence(capsys)[1]


@pytest.mark.parametrize(
    ("change", "word"),
    [({"--role": "root"}, "role"), ({"--unit": "nowhere"}, "unit"), ({"password": "short"}, "password"),
     ({"name": "आशा"}, "sign-in name")],
)  # fmt: skip
def test_nobody_is_added_by_halves(
    tmp_path: Path, piped: Callable[[str], None], capsys: pytest.CaptureFixture[str], change: dict[str, str], word: str
) -> None:
    told = {"name": "asha", "password": PASSWORD, "--role": "operator", "--unit": "kota-city"} | change
    piped(told["password"])
    options = [part for key in ("--role", "--unit") for part in (key, told[key])]
    db = f"sqlite:///{tmp_path}/hub.db"
    assert cli.main(["init", "--db", db]) == 0
    assert cli.main(["user", "add", told["name"], *options, "--password-stdin", "--db", db]) == 2
    english = sentence(capsys)[1]
    assert word in english
    assert "Nobody was added" in english


def test_the_directory_is_read_again_only_when_it_changed(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    first = person.get("/v1/directory")
    assert first.json["triage_revision"] == 1
    assert first.json["intake_unit"] == "kota-city"
    again = person.get("/v1/directory", If_None_Match=first.headers["etag"])
    assert (again.status, again.raw) == (304, b"")
    assert shared.anyone().get("/v1/directory").code == "token-expired"


def test_no_log_line_names_anybody(make_hub: Callable[..., TestHub], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hub = make_hub()
    person = hub.person("asha.namuna")
    rid = hub.put_flag("REF-77", subject={"name": "तन्वी नमूना"}).json["referral_id"]
    person.command("note", rid, {"text": "वार्डन"})
    person.get(f"/v1/referrals/{rid}")
    hub.stop()
    told = caplog.text
    assert "/v1/referrals/{id}" in told
    words = [rid, "asha.namuna", "तन्वी", "वार्डन", "REF-77", PASSWORD, str(person.token)]
    assert [word for word in words if word in told] == []


@pytest.mark.log_errors_expected("a mistake is planted")
def test_our_own_mistake_is_told_without_what_it_failed_on(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    assert hub.running is not None

    secret = "तन्वी नमूना"

    def fails(*_: object, **__: object) -> None:
        raise KeyError(secret)

    monkeypatch.setattr(hub.running.hub.commands, "put", fails)
    got = person.command("note", rid, {"text": "x"})
    assert (got.status, got.code, got.json["terminal"]) == (500, "internal", False)
    assert secret not in caplog.text + got.raw.decode()
    assert "KeyError" in caplog.text
    assert got.json["request_id"] in caplog.text
    monkeypatch.undo()
    assert person.command("note", rid, {"text": "x"}).status == 201


def test_addresses_of_files() -> None:
    assert file_of("sqlite:////srv/hub.db") == Path("/srv/hub.db")
    assert file_of("/srv/hub.db") == Path("/srv/hub.db")
    with pytest.raises(EnvironmentFault):
        file_of("mysql://hub")


@pytest.mark.parametrize("port", ["99999", "65536", "-5", "eighty"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", "--db", f"sqlite:///{tmp_path / 'hub.db'}", "--port", port])
    assert ended.value.code == 2
    assert "--port" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_path_makes_no_empty_hub(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--db", f"sqlite:///{tmp_path / 'nowhere' / 'hub.db'}"]) == 2
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err
