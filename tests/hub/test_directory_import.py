"""What an import tells whoever types it at night: what goes, what comes, what stays in the way, and what is wrong."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from kotaconsole.domain.directory import Directory, Helpline, Phone, Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.hub import cli
from kotaconsole.hub.site.changes import Changed, Moved, between
from tests.hub.administering import administer, audited
from tests.hub.client import PASSWORD
from tests.hub.fixtures import TestHub
from tests.hub.stories import done, flagged, in_hand

HEAD = "id,kind,name_en,name_hi,parent,watch\n"
UNITS = f"""{HEAD}hq,state,HQ,मुख्यालय,,never
range-a,range,A,ए,hq,never
range-b,range,B,बी,hq,never
city,district,City,शहर,range-a,always
post,station,Post,चौकी,city,never
"""
LINES = "id,name_en,name_hi,number,hours,verified_on,expires_on\n"
TODAY = datetime.now(UTC).date()


def day(off: int) -> str:
    return (TODAY + timedelta(days=off)).isoformat()


class Desk:
    """Somebody at the command line of one hub.

    Attributes:
        out, err: what the last command said.
    """

    def __init__(self, db: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._db, self._folder, self._capsys = db, folder, capsys
        self.out = self.err = ""

    def types(self, *words: str) -> int:
        self._capsys.readouterr()
        status = cli.main([*words, "--db", f"sqlite:///{self._db}"])
        self.out, self.err = self._capsys.readouterr()
        return status

    def takes(self, *more: str, **tables: str) -> int:
        words = ["directory", "import"]
        for name, text in tables.items():
            path = self._folder / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            words += [f"--{name}", str(path)]
        return self.types(*words, *more)

    def units(self) -> str:
        assert self.types("unit", "list") == 0
        return self.out

    def row(self, unit: str) -> str:
        """The line of a unit in what was said."""
        return next(line for line in self.out.splitlines() if line.split()[:1] == [unit])


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A hub with the small tree of this module."""
    made = Desk(tmp_path / "hub.db", tmp_path, capsys)
    assert made.types("init") == 0
    assert made.takes("--intake", "city", units=UNITS) == 0
    return made


@pytest.fixture
def busy(hub: TestHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """The command line beside a running hub with the program's own tree."""
    return Desk(hub.db, tmp_path, capsys)


def test_what_goes_comes_and_moves_is_named(desk: Desk) -> None:
    changed = UNITS.replace("post,station,Post,चौकी,city,never\n", "new-post,station,New,नई,city,never\n")
    changed = changed.replace("शहर,range-a,always", "शहर,range-b,while_holding")
    assert desk.takes(units=changed) == 0
    for words in ("Units that go: 1", "जो इकाइयाँ हटती हैं: 1", "New units: 1", "stand below another one: 1"):
        assert words in desk.out
    assert "चौकी / Post" in desk.row("post")
    assert "< city" in desk.row("new-post")
    assert "range-a -> range-b" in desk.row("city")
    assert [line for line in desk.out.splitlines() if line.split()[:2] == ["city", "watch"]]
    assert desk.takes(units=changed) == 0
    assert "It says what the directory says already." in desk.out


def test_every_unit_that_goes_is_named_and_of_the_new_ones_a_screenful(desk: Desk) -> None:
    many = UNITS + "".join(f"p{n},station,P,पी,city,never\n" for n in range(70))
    assert desk.takes(units=many) == 0
    assert "New units: 70" in desk.out
    assert "and 30 more" in desk.out
    assert desk.takes(units=UNITS) == 0
    assert "Units that go: 70" in desk.out
    assert all(desk.row(f"p{n}") for n in range(70))


def test_looking_first_changes_nothing_and_finds_what_the_import_would(desk: Desk) -> None:
    before = desk.units()
    smaller = UNITS.replace("post,station,Post,चौकी,city,never\n", "")
    assert desk.takes("--dry-run", units=smaller) == 0
    assert desk.row("post")
    assert "Nothing was changed" in desk.out
    assert "was taken over" not in desk.out
    assert desk.units() == before
    assert desk.takes("--dry-run", "--intake", "nowhere", units=smaller) == 2
    assert desk.takes("--dry-run", units=smaller.replace("city,district", "town,district")) == 2
    assert desk.units() == before


def test_a_look_leaves_no_trace_in_the_audit_log_and_an_import_does(hub: TestHub, busy: Desk) -> None:
    assert busy.types("directory", "export", "--units", str(hub.db.parent / "u.csv")) == 0
    assert audited(hub, "directory exported", "command line") == 1
    units = (hub.db.parent / "u.csv").read_text("utf-8")
    assert busy.takes("--dry-run", units=units) == 0
    assert audited(hub, "directory") == 1, "the export's own row and no other"
    assert busy.takes(units=units) == 0
    assert audited(hub, "directory") == 2


def without(hub: TestHub, desk: Desk, *units: str) -> str:
    """The hub's own table without these units."""
    path = hub.db.parent / "all.csv"
    assert desk.types("directory", "export", "--units", str(path)) == 0
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.split(",")[0] not in units)


def test_units_in_use_do_not_go_and_each_is_named_with_its_reasons(hub: TestHub, busy: Desk) -> None:
    asha = hub.person("asha")
    rid = in_hand(asha, hub, "A-1")
    done(asha, "forward", rid, {"to": "bundi", "reason": "नमूना"})
    hub.add_user("bina", "supervisor", "tonk")
    hub.add_user("tara", "operator", "tonk")
    table = without(hub, busy, "bundi", "tonk", "jhunjhunu", "kunhadi", "churu")
    before = busy.units()
    for look in ("--dry-run", ""):
        assert busy.takes(*filter(None, [look]), units=table) == 2
        assert "tonk (people: 2)" in busy.err
        assert "tonk (लोग: 2)" in busy.err
        assert "bundi (transfers on their way to it: 1)" in busy.err
        assert "churu" not in busy.err
        assert "user move" in busy.err
        assert "Mend the file" not in busy.err
        assert busy.units() == before


def test_an_open_case_or_the_intake_keeps_its_unit(hub: TestHub, busy: Desk) -> None:
    flagged(hub, "A-1")
    table = without(hub, busy, "kota-city").replace(",kota-city,", ",range-kota,")
    assert busy.takes(units=table) == 2
    assert "new cases begin at 'kota-city'" in busy.err
    assert "--intake" in busy.err
    assert busy.takes("--intake", "bundi", units=table) == 2
    assert "kota-city (open cases: 1)" in busy.err


def test_what_stays_at_a_unit_that_goes_is_told(hub: TestHub, busy: Desk) -> None:
    asha, mina = hub.person("asha"), hub.person("mina", unit="bundi")
    rid = in_hand(asha, hub, "A-1")
    done(asha, "forward", rid, {"to": "bundi", "reason": "नमूना"})
    done(mina, "accept", rid)
    done(mina, "close", rid, {"code": "accepted_elsewhere", "summary": "सौंप दिया", "accepted_by": {
        "name": "नमूना", "rank": "-", "body": "नमूना", "kind": "hospital"}})  # fmt: skip
    assert busy.types("user", "disable", "mina") == 0
    assert busy.takes(units=without(hub, busy, "bundi", "churu")) == 0
    assert "At bundi, which goes, there are 1 closed cases" in busy.out
    assert "At bundi, which goes, 1 people are posted who are shut out" in busy.out
    assert "At churu" not in busy.out


def test_a_helpline_past_its_last_day_is_taken_with_a_warning(desk: Desk) -> None:
    lines = f"{LINES}over,Over,पुरानी,00000 00043,24x7,{day(-400)},{day(-2)}\n"
    lines += f"good,Good,चालू,00000 00044,24x7,{day(-400)},{day(2)}\nfree,Free,मुक्त,00000 00045,,{day(-3)},\n"
    assert desk.takes(units=UNITS, helplines=lines) == 0
    warning = next(line for line in desk.out.splitlines() if line.startswith("WARNING"))
    assert "has passed: over." in warning
    assert "चेतावनी" in desk.out
    assert desk.takes(units=UNITS) == 0
    assert "has passed: over." in desk.out, "at every later import, until somebody mends it"


@pytest.mark.parametrize("off", [-10, -11])
def test_a_helpline_that_ended_before_it_was_verified_is_refused(desk: Desk, off: int) -> None:
    assert desk.takes(units=UNITS, helplines=f"{LINES}x,X,एक्स,00000 00043,,{day(-10)},{day(off)}\n") == 2
    assert "x: expires_on has to lie after verified_on" in desk.err


def test_a_column_nobody_reads_is_told(desk: Desk) -> None:
    """A last day beside a unit's phone means nothing to a hub: whoever wrote it has to know."""
    phones = f"unit,label,number,verified_on,expires_on\npost,,00000 00041,{day(-5)},{day(-1)}\n"
    assert desk.takes(units=UNITS, phones=phones) == 0
    assert "phones.csv: these columns are not used: expires_on" in desk.out
    assert "units.csv" not in desk.out


def test_a_table_that_is_not_there_is_told_as_that(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "no-such.csv"
    assert desk.types("directory", "import", "--units", str(missing)) == 2
    assert f"there is no file {missing}" in desk.err
    assert "UTF-8" not in desk.err
    assert "The one in use stays as it is" in desk.err
    assert "फ़ाइल नहीं है" in desk.err
    assert desk.types("directory", "import", "--units", str(tmp_path)) == 2
    assert "cannot be opened (IsADirectoryError)" in desk.err
    missing.write_bytes("id,kind\nकोटा".encode("utf-16"))
    assert desk.types("directory", "import", "--units", str(missing)) == 2
    assert "CSV UTF-8" in desk.err


def test_an_export_into_a_folder_that_is_not_there_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    good, bad = tmp_path / "u.csv", tmp_path / "no-such" / "p.csv"
    assert desk.types("directory", "export", "--units", str(good), "--phones", str(bad)) == 2
    assert f"There is no folder {bad.parent}" in desk.err
    assert "Nothing was written" in desk.err
    assert "फ़ोल्डर नहीं है" in desk.err
    assert not good.exists()
    assert desk.types("directory", "export", "--units", str(tmp_path)) == 2
    assert "could not be written (IsADirectoryError)" in desk.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "Post!", "--kind", "station", "--parent", "city"], "these codes are none"),
        (["add", "x", "--kind", "town", "--parent", "city"], "the kind is one of"),
        (["add", "x", "--kind", "station", "--parent", "city", "--watch", "perhaps"], "watch is one of"),
        (["add", "post", "--kind", "station", "--parent", "city"], "There is a unit 'post' already"),
        (["add", "x", "--kind", "station", "--parent", "no"], "no unit 'no'"),
        (["set", "post", "--watch", "perhaps"], "watch is one of"),
    ],
)
def test_a_single_unit_is_refused_without_a_word_of_a_file(desk: Desk, words: list[str], says: str) -> None:
    before = desk.units()
    names = ["--name-en", "X", "--name-hi", "एक्स"] if words[0] == "add" else []
    assert desk.types("unit", *words, *names) == 2
    assert says in desk.err
    assert "Nothing was changed" in desk.err
    assert "कुछ भी बदला नहीं गया" in desk.err
    assert "file" not in desk.err
    assert "फ़ाइल" not in desk.err
    assert desk.units() == before


def unit(code: str, parent: str | None = None, **told: object) -> Unit:
    made = Unit(code, "district", Bilingual(code, code), parent)
    return replace(made, **told)  # type: ignore[arg-type]


def line(code: str, number: str = "00000 00043") -> Helpline:
    return Helpline(code, Bilingual(code, code), number, None, "2026-11-01")


def test_two_directories_are_compared_unit_by_unit_and_line_by_line() -> None:
    old = Directory(1, "a", (unit("a"), unit("b", "a"), unit("c", "a"), unit("d", "a")), (line("k"), line("l")))
    phone = Phone("00000 00041", None, "2026-11-01")
    now = (unit("a"), unit("b", "c"), unit("c", "a", phones=(phone,), watch="always"), unit("e", "b"))
    new = Directory(2, "c", now, (line("l", "00000 00044"), line("m")))
    found = between(old, new)
    assert [one.id for one in found.dropped] == ["d"]
    assert [one.id for one in found.new] == ["e"]
    assert found.moved == (Moved(now[1], "a"),)
    assert found.changed == (Changed(now[2], ("watch", "phones")),)
    assert (found.lines_dropped, found.lines_new, found.lines_changed) == (("k",), ("m",), ("l",))
    assert found.intake == ("a", "c")
    assert not found.nothing
    assert between(old, replace(old, revision=9)).nothing


def test_a_key_of_somebody_who_is_no_source_any_more_is_told_and_signs_nothing(
    hub: TestHub, busy: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    from kotaconsole.hub.access import keys
    from tests.hub.test_webhook import SECOND, SECRET, Platform, bad
    from tests.world.waiting import until

    made: dict[str, str] = {}
    for name, secret in (("platform", SECRET), ("other", SECOND)):
        hub.add_user(name, "source", "rajasthan")
        add = partial(keys.add_source_key, username=name, secret=secret)
        made[name] = administer(hub, add)[0]
    platform, other = Platform(hub.url, SECRET), Platform(hub.url, SECOND)
    until(lambda: platform.put("A-1").status < 300 and other.put("A-2").status < 300, 30, "the keys to be known")
    assert busy.types("source", "key", "list") == 0
    assert {busy.row(made[name]).split()[-1] for name in made} == {"yes"}
    assert "does not work" not in busy.out

    assert busy.types("user", "move", "platform", "--role", "operator") == 0
    until(lambda: bad(platform.put("A-3")), 30, "what this key signs to be refused")
    assert bad(platform.withdraw("A-1"))
    assert other.put("A-4").status == 201
    assert busy.types("source", "key", "list") == 0
    assert "no: role operator, not source" in busy.row(made["platform"])
    assert busy.row(made["other"]).endswith("yes")
    assert "A key that does not work signs nothing" in busy.out
    assert "जो कुंजी नहीं चलती" in busy.out
    hub.restart()
    assert bad(platform.put("A-5")), "nor after the hub's next start"

    assert busy.types("user", "disable", "other") == 0
    assert busy.types("source", "key", "list") == 0
    assert "no: shut out" in busy.row(made["other"])
    assert SECRET not in busy.out


def test_nobody_is_let_in_again_at_a_unit_that_has_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert desk.types("user", "add", "mina", "--role", "operator", "--unit", "post", "--password-stdin") == 0
    assert desk.types("user", "disable", "mina") == 0
    assert desk.takes(units=UNITS.replace("post,station,Post,चौकी,city,never\n", "")) == 0
    assert desk.types("user", "enable", "mina") == 2
    assert "no unit 'post'" in desk.err
    assert "First move this person" in desk.err
    assert desk.types("user", "move", "mina", "--unit", "city") == 0
    assert desk.types("user", "enable", "mina") == 0
