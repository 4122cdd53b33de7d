"""The hub's command line: what it does is told in both languages, and what it cannot do changes nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from kotaconsole.hub import cli
from kotaconsole.hub.cli.shared import plain
from kotaconsole.hub.storage.tables import counters
from kotaconsole.hub.storage.upsert import upsert
from tests.hub.client import PASSWORD, Http, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def at(hub: TestHub) -> list[str]:
    return ["--db", f"sqlite:///{hub.db}"]


def bilingual(text: str) -> bool:
    lines = text.strip().splitlines()
    hindi = [line for line in lines if any("ऀ" <= letter <= "ॿ" for letter in line)]
    return 0 < len(hindi) < len(lines)


def test_init_says_what_it_made_and_warns_of_key_and_backup_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["init", "--db", f"sqlite:///{tmp_path}/hub.db"]
    assert cli.main(words) == 0
    first = capsys.readouterr().out
    assert bilingual(first)
    assert "hub.db.key" in first
    assert "never beside a backup" in first
    assert cli.main(words) == 0
    assert "key was made" not in capsys.readouterr().out, "told once, and only when it is true"


def test_the_life_of_a_person(hub: TestHub, piped: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    asha = hub.person("asha")
    new = "quite-another-password"
    piped(f"{new}\n")
    assert cli.main(["user", "password", "asha", "--password-stdin", *at(hub)]) == 0
    assert bilingual(capsys.readouterr().out)
    until(lambda: asha.get("/v1/me").status == 401, 20, "the old session to end")
    body = {"username": "asha", "password": new, "workstation": {"id": new_uuid(), "name": "x", "version": "1"}}
    assert Http(hub.url).send("POST", "/v1/sessions", body).status == 201
    assert cli.main(["user", "move", "asha", "--role", "supervisor", *at(hub)]) == 0
    assert cli.main(["user", "disable", "asha", *at(hub)]) == 0
    assert Http(hub.url).send("POST", "/v1/sessions", body).status == 401
    capsys.readouterr()
    assert cli.main(["user", "list", *at(hub)]) == 0
    (row,) = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("asha")]
    assert row[-3:] == ["supervisor", "kota-city", "yes"]
    assert cli.main(["user", "enable", "asha", *at(hub)]) == 0
    assert Http(hub.url).send("POST", "/v1/sessions", body).json["operator"]["role"] == "supervisor"


def test_a_move_to_nowhere_ends_nobodys_session(hub: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    asha = hub.person("asha")
    assert cli.main(["user", "move", "asha", *at(hub)]) != 0
    assert bilingual(capsys.readouterr().err)
    assert asha.get("/v1/me").status == 200


@pytest.mark.parametrize(
    "words",
    [["user", "list"], ["user", "disable", "x"], ["unit", "list"], ["settings", "show"], ["workstation", "list"],
     ["source", "key", "list"], ["audit", "verify"], ["prune"], ["user", "password", "x", "--password-stdin"],
     ["workstation", "revoke", "K1"]],
)  # fmt: skip
def test_a_mistyped_name_makes_no_empty_hub(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str], piped: Callable[[str], None]
) -> None:
    piped("some-password\n")
    assert cli.main([*words, "--db", f"sqlite:///{tmp_path}/none.db"]) == 2
    told = capsys.readouterr().err
    assert bilingual(told)
    assert "Nothing was created" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["user", "disable", "nobody"], "Nobody has this sign-in name"),
        (["user", "move", "nobody", "--role", "operator"], "Nobody has this sign-in name"),
        (["workstation", "revoke", "K77"], "no such workstation"),
        (["source", "key", "drop", "no-key"], "no such key"),
        (["source", "key", "add", "nobody"], "No source"),
    ],
)  # fmt: skip
def test_whom_the_hub_does_not_know_it_changes_nothing_about(
    hub: TestHub, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words, *at(hub)]) == 2
    told = capsys.readouterr().err
    assert bilingual(told)
    assert says in told


def test_a_desk_that_was_lost_is_shut_out_and_let_in_again(hub: TestHub, capsys: pytest.CaptureFixture[str]) -> None:
    person = hub.person("asha")
    assert cli.main(["workstation", "list", *at(hub)]) == 0
    assert person.workstation in capsys.readouterr().out
    assert cli.main(["workstation", "revoke", person.desk, *at(hub)]) == 0
    until(lambda: person.get("/v1/me").status == 401, 20, "the session to end")
    assert cli.main(["workstation", "allow", person.desk, *at(hub)]) == 0
    assert Person(hub.url, "asha", person.workstation).desk == person.desk


def test_a_secret_is_shown_once_and_never_listed(
    hub: TestHub, capsys: pytest.CaptureFixture[str], piped: Callable[[str], None]
) -> None:
    hub.add_user("platform", "source", "rajasthan")
    assert cli.main(["source", "key", "add", "platform", *at(hub)]) == 0
    lines = capsys.readouterr().out.splitlines()
    key, secret = lines[0], lines[-1]
    own = "the-platforms-own-secret-of-forty-letters"
    piped(f"{own}\n")
    assert cli.main(["source", "key", "add", "platform", "--secret-stdin", *at(hub)]) == 0
    assert own not in capsys.readouterr().out
    assert cli.main(["source", "key", "list", *at(hub)]) == 0
    told = capsys.readouterr().out
    assert key in told
    assert secret not in told
    assert own not in told
    assert cli.main(["source", "key", "drop", key, *at(hub)]) == 0
    assert cli.main(["source", "key", "list", *at(hub)]) == 0
    assert key not in capsys.readouterr().out.splitlines()[-1]


def test_the_log_is_checked_and_a_running_hub_prunes_by_itself(
    hub: TestHub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.put_flag("A-1")
    assert cli.main(["audit", "verify", *at(hub)]) == 0
    assert cli.main(["prune", *at(hub)]) == 2
    assert "Another hub" in capsys.readouterr().err
    hub.stop()
    assert cli.main(["prune", *at(hub)]) == 0
    assert "0 cases were pruned" in capsys.readouterr().out


def test_names_move_no_cursor_of_a_terminal() -> None:
    assert plain("आशा\x1b[2J\u202eabc") == "आशा\ufffd[2J\ufffdabc"


@pytest.mark.parametrize("words", [["user", "add", "x", "--role", "operator", "--unit", "kota-city"],
                                   ["user", "password", "x"]])  # fmt: skip
def test_no_password_is_taken_from_the_command_line(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ([], ["--password", PASSWORD]):
        with pytest.raises(SystemExit):
            cli.main([*words, *more, "--db", f"sqlite:///{tmp_path}/hub.db"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])  # type: ignore[no-untyped-call]
def test_an_upsert_is_written_the_same_for_both_databases(dialect: object) -> None:
    new = upsert(counters).values(name="x", value=1)
    for one in (
        new.on_conflict_do_nothing(),
        new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}),
        new.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1}),
    ):
        assert "ON CONFLICT" in str(one.compile(dialect=dialect))  # type: ignore[arg-type]
