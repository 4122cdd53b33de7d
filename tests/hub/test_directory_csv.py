"""The site's own directory: taken over whole or not at all, known to a running hub within seconds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kotaconsole.hub import cli
from tests.hub.fixtures import TestHub
from tests.world.waiting import until

UNITS = """id,kind,name_en,name_hi,parent,watch
hq,state,HQ,मुख्यालय,,never
kota-city,district,Kota City,कोटा शहर,hq,always
kunhadi,station,Kunhadi,कुन्हाड़ी,kota-city,never
"""
PHONES = """unit,label,number,verified_on
kunhadi,desk,+91 00000 00041,2026-11-20
kunhadi,,00000 00042,2026-11-21
"""
HELPLINES = """id,name_en,name_hi,number,hours,verified_on,expires_on
line,Line,लाइन,00000 00043,24x7,2026-11-01,2027-11-01
"""


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., int]:
    """Write tables and import them."""

    def run(db: Path, units: str = UNITS, phones: str | None = None, helplines: str | None = None, *more: str) -> int:
        words = ["directory", "import", "--db", f"sqlite:///{db}"]
        for name, text in (("units", units), ("phones", phones), ("helplines", helplines)):
            if text is not None:
                path = tmp_path / f"{name}.csv"
                path.write_text(text, encoding="utf-8")
                words += [f"--{name}", str(path)]
        return cli.main([*words, *more])

    return run


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "hub.db"
    assert cli.main(["init", "--db", f"sqlite:///{path}"]) == 0
    return path


def exported(db: Path, folder: Path) -> dict[str, list[dict[str, str]]]:
    folder.mkdir(exist_ok=True)
    names = ("units", "phones", "helplines")
    words = [word for name in names for word in (f"--{name}", str(folder / f"{name}.csv"))]
    assert cli.main(["directory", "export", "--db", f"sqlite:///{db}", *words]) == 0
    return {name: list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text("utf-8")))) for name in names}


def test_what_is_exported_is_imported_as_the_same(db: Path, take: Callable[..., int], tmp_path: Path) -> None:
    first = exported(db, tmp_path / "a")
    assert len(first["units"]) == 97
    words = [word for name in first for word in (f"--{name}", str(tmp_path / "a" / f"{name}.csv"))]
    assert cli.main(["directory", "import", "--db", f"sqlite:///{db}", *words]) == 0
    assert exported(db, tmp_path / "b") == first


def test_units_phones_and_helplines_are_handed_out(db: Path, take: Callable[..., int], tmp_path: Path) -> None:
    assert take(db, UNITS, PHONES, HELPLINES) == 0
    hub = TestHub(tmp_path)
    hub.start()
    try:
        hub.add_user("asha")
        got = hub.person("meena").get("/v1/directory").json
        station = got["units"][-1]
        assert [unit["id"] for unit in got["units"]] == ["hq", "kota-city", "kunhadi"]
        assert [(phone["number"], phone["verified_on"]) for phone in station["phones"]] == [
            ("+91 00000 00041", "2026-11-20"), ("00000 00042", "2026-11-21")
        ]  # fmt: skip
        assert [line["id"] for line in got["helplines"]] == ["line"]
        assert got["triage_revision"] is not None
    finally:
        hub.stop()


def test_a_running_hub_hands_the_new_one_out_and_works_by_it(hub: TestHub, take: Callable[..., int]) -> None:
    asha = hub.person("asha")
    old = asha.get("/v1/directory")
    more = UNITS + "range-x,range,X,एक्स,rajasthan,never\n"
    changed = more.replace("hq,state,HQ,मुख्यालय,,", "rajasthan,state,HQ,मुख्यालय,,").replace(
        ",hq,always", ",range-x,always"
    )
    assert take(hub.db, changed, PHONES) == 0
    until(lambda: asha.get("/v1/directory", If_None_Match=old.headers["etag"]).status == 200, 20, "another ETag")
    got = asha.get("/v1/directory").json
    assert got["revision"] != old.json["revision"]
    assert asha.get("/v1/feeds/kunhadi/snapshot").status == 200
    rid = hub.put_flag("A-1").json["referral_id"]
    feeds = {row[0] for row in hub.raw().execute("SELECT unit FROM feed_events")}
    assert feeds == {"kota-city", "range-x", "rajasthan"}, "a new case shows in the feeds of the new tree"
    assert asha.case(rid)["unit"] == "kota-city"


def test_phones_stay_with_their_units_when_only_units_are_imported(
    db: Path, take: Callable[..., int], tmp_path: Path
) -> None:
    assert take(db, UNITS, PHONES) == 0
    assert take(db, UNITS.replace("Kunhadi,", "Kunhari,")) == 0
    now = exported(db, tmp_path / "out")
    assert [row["number"] for row in now["phones"]] == ["+91 00000 00041", "00000 00042"]
    assert now["units"][2]["name_en"] == "Kunhari"


@pytest.mark.parametrize(
    ("units", "phones", "says"),
    [
        (UNITS + "kunhadi,station,K,क,hq,never\n", None, "one code: kunhadi"),
        (UNITS + "x,station,K,क,nowhere,never\n", None, "without a known parent: x"),
        (UNITS.replace("HQ,मुख्यालय,,", "HQ,मुख्यालय,kunhadi,"), None, "stand above themselves"),
        (UNITS.replace("district,Kota City", "town,Kota City"), None, "the kind is one of"),
        (UNITS.replace("always", "sometimes"), None, "watch is one of"),
        (UNITS.replace("कुन्हाड़ी", ""), None, "name is missing"),
        (UNITS.replace("kunhadi,station", "Kunhadi!,station"), None, "these codes are none"),
        (UNITS.replace("name_hi,", ""), None, "no column name_hi"),
        (UNITS + "short,station\n", None, "row 5"),
        ("id,kind,name_en,name_hi,parent,watch\n", None, "0 units"),
        (UNITS, "unit,label,number,verified_on\nkunhadi,,00000 00041,\n", "without the day"),
        (UNITS, "unit,label,number,verified_on\nkunhadi,,00000 00041,yesterday\n", "a day is written"),
        (UNITS, "unit,label,number,verified_on\nkunhadi,,00000 00041,2099-01-01\n", "in the future"),
        (UNITS, "unit,label,number,verified_on\nkunhadi,,call us,2026-11-20\n", "no phone number"),
        (UNITS, "unit,label,number,verified_on\nnowhere,,00000 00041,2026-11-20\n", "no such unit"),
        (UNITS, "unit,label,number\nkunhadi,,00000 00041\n", "no column verified_on"),
    ],
)
def test_what_would_leave_a_case_without_a_desk_is_refused_whole(
    db: Path, take: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], units: str,
    phones: str | None, says: str,
) -> None:  # fmt: skip
    before = exported(db, tmp_path / "a")
    capsys.readouterr()
    assert take(db, units, phones) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "The one in use stays as it is" in told
    assert "call us" not in told
    assert exported(db, tmp_path / "b") == before


def test_an_unknown_intake_unit_is_refused(
    db: Path, take: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(db, UNITS, None, None, "--intake", "nowhere") == 2
    assert "intake unit" in capsys.readouterr().err


def test_a_unit_with_people_or_open_cases_does_not_vanish(
    hub: TestHub, take: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    hub.put_flag("A-1")
    hub.add_user("bina", "operator", "kota-rural")
    assert take(hub.db) == 2
    assert "kota-rural" in capsys.readouterr().err
    tree = UNITS.replace("hq,state", "rajasthan,state").replace(",hq,", ",rajasthan,")
    assert (
        take(
            hub.db,
            tree.replace("kota-city,district", "kota-x,district").replace(",kota-city,", ",kota-x,"),
            None,
            None,
            "--intake",
            "kota-x",
        )
        == 2
    )
    told = capsys.readouterr().err
    assert "kota-rural" in told or "kota-city" in told


def test_single_units_are_added_and_watched(db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--db", f"sqlite:///{db}"]
    assert (
        cli.main(
            [
                "unit",
                "add",
                "new-post",
                "--kind",
                "station",
                "--name-en",
                "New",
                "--name-hi",
                "नया",
                "--parent",
                "kota-city",
                *at,
            ]
        )
        == 0
    )
    assert cli.main(["unit", "set", "new-post", "--watch", "always", *at]) == 0
    rows = {row["id"]: row for row in exported(db, tmp_path / "out")["units"]}
    assert (rows["new-post"]["parent"], rows["new-post"]["watch"]) == ("kota-city", "always")
    capsys.readouterr()
    assert cli.main(["unit", "set", "nowhere", "--watch", "always", *at]) == 2
    assert (
        cli.main(["unit", "add", "y", "--kind", "station", "--name-en", "Y", "--name-hi", "य", "--parent", "no", *at])
        == 2
    )
    assert cli.main(["unit", "set", "new-post", "--watch", "perhaps", *at]) == 2
    assert cli.main(["unit", "list", *at]) == 0
    assert "new-post" in capsys.readouterr().out
