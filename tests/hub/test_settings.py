"""What the site decides: checked when it is set, followed by a running hub, told with when it takes effect."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kotaconsole.hub import cli
from kotaconsole.hub.site.rules import RULES, Unfit, rule
from tests.hub.fixtures import TestHub
from tests.world.waiting import until


@pytest.fixture
def db(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/hub.db"
    assert cli.main(["init", "--db", url]) == 0
    return url


def shown(db: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    capsys.readouterr()
    assert cli.main(["settings", "show", "--db", db]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    return {line.split()[0]: line.split()[1:] for line in lines}


def test_every_setting_is_shown_with_its_value_and_when_it_takes_effect(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = shown(db, capsys)
    assert list(found) == [one.name for one in RULES]
    assert {name: found[name][0] for name in ("escalate-1", "escalate-2", "act", "access-life", "min-console")} == {
        "escalate-1": "60", "escalate-2": "120", "act": "300", "access-life": "600", "min-console": "-"
    }  # fmt: skip
    assert "restart" in found["access-life"]
    assert "live" in found["escalate-1"]


def test_every_setting_is_shown_with_its_range_and_the_programs_own_value(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["settings", "set", "escalate-1", "45", "--db", db]) == 0
    found = shown(db, capsys)
    assert found["escalate-1"][:3] == ["45", "set", "60"]
    assert found["act"][:2] == ["300", "300"]
    for name, told in (
        ("escalate-1", "10 से 600 / 10 to 600"), ("retention-hour", "0 से 23 / 0 to 23"),
        ("retained-days", "8 से 3650 / 8 to 3650"), ("min-console", "a version such as 0.2.0"),
        ("on-nobody-listening", "whole path, then arguments"),
    ):  # fmt: skip
        assert told in " ".join(found[name]), name


def test_the_range_that_is_shown_is_the_range_that_is_taken(db: str) -> None:
    """Both ends of every number, by the rule itself: a form that was only written down would go stale."""
    numbers = [one for one in RULES if " to " in one.form.en]
    assert len(numbers) == len(RULES) - 2
    for one in numbers:
        least, most = (int(word) for word in one.form.en.split(" to "))
        for value in (least, most):
            one.fits(value)
        for value in (least - 1, most + 1):
            with pytest.raises(Unfit) as refused:
                one.fits(value)
            assert f"from {least} to {most}" in refused.value.sentence.en
            assert f"{least} से {most}" in refused.value.sentence.hi


def test_asking_how_to_set_one_tells_what_each_may_be(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["settings", "set", "--help"])
    assert ended.value.code == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.split()]
    told = {line.split()[0]: line for line in lines}
    for one in RULES:
        assert one.form.en in told[one.name], one.name
        assert one.form.hi in told[one.name], one.name
    assert "(60, तुरंत / live)" in told["escalate-1"]
    assert "(600, पुनः आरंभ / restart)" in told["access-life"]


def test_a_running_hub_follows_a_live_setting_within_seconds(hub: TestHub) -> None:
    assert hub.running is not None
    inside, url = hub.running.hub, f"sqlite:///{hub.db}"
    assert inside.settings.site.times.escalate_1 == 60
    assert cli.main(["settings", "set", "escalate-1", "45", "--db", url]) == 0
    assert cli.main(["settings", "set", "closed-days", "3", "--db", url]) == 0
    until(lambda: inside.settings.site.times.escalate_1 == 45, 20, "the hub follows")
    until(lambda: hub.anyone().get("/v1/meta").json["closed_days"] == 3, 20, "the hub tells it")
    assert cli.main(["settings", "unset", "escalate-1", "--db", url]) == 0
    until(lambda: inside.settings.site.times.escalate_1 == 60, 20, "the hub follows back")


def test_the_oldest_console_is_live_and_the_life_of_tokens_is_from_the_next_start(hub: TestHub) -> None:
    url = f"sqlite:///{hub.db}"
    asha = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    assert cli.main(["settings", "set", "min-console", "9.0", "--db", url]) == 0
    until(lambda: asha.command("note", rid, {"text": "x"}).status == 426, 20, "an old console is turned away")
    assert cli.main(["settings", "unset", "min-console", "--db", url]) == 0
    assert cli.main(["settings", "set", "access-life", "60", "--db", url]) == 0
    assert hub.person("bina").session["expires_in"] == 600
    hub.restart()
    assert hub.person("rao").session["expires_in"] == 60


def test_a_setting_outlives_a_restart(hub: TestHub) -> None:
    assert cli.main(["settings", "set", "retained-days", "365", "--db", f"sqlite:///{hub.db}"]) == 0
    hub.restart()
    assert hub.running is not None
    assert hub.running.hub.settings.site.retained_days == 365


@pytest.mark.parametrize(
    ("name", "words", "says"),
    [
        ("escalate-1", ["5"], "from 10 to 600"), ("escalate-1", ["sixty"], "whole number"),
        ("escalate-1", ["60", "70"], "whole number"), ("escalate-1", ["121"], "120 s is not later than 121 s"),
        ("escalate-2", ["60"], "escalate-2 has to be later"), ("retained-days", ["7"], "from 8 to 3650"),
        ("retained-days", ["0"], "from 8"), ("retention-hour", ["24"], "from 0 to 23"),
        ("min-console", ["new"], "a version"), ("no-such", ["1"], "no setting of this name"),
        ("on-nobody-listening", ["relative/path"], "whole path"), ("on-nobody-listening", ["/no/such"], "whole path"),
        ("on-nobody-listening", ["/"], "whole path"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_meant_is_refused_with_a_sentence(
    db: str, capsys: pytest.CaptureFixture[str], name: str, words: list[str], says: str
) -> None:
    before = shown(db, capsys)
    assert cli.main(["settings", "set", "--db", db, name, *words]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "Nothing was changed" in told
    assert shown(db, capsys) == before


def test_taking_one_back_must_fit_the_others(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in (("escalate-2", "400"), ("escalate-1", "300")):
        assert cli.main(["settings", "set", name, value, "--db", db]) == 0
    assert cli.main(["settings", "unset", "escalate-2", "--db", db]) == 2
    assert shown(db, capsys)["escalate-2"][0] == "400"
    assert cli.main(["settings", "unset", "escalate-1", "--db", db]) == 0
    assert cli.main(["settings", "unset", "escalate-2", "--db", db]) == 0
    assert shown(db, capsys)["escalate-2"][0] == "120"


def test_a_program_with_its_arguments_is_kept_word_by_word(hub: TestHub) -> None:
    url = f"sqlite:///{hub.db}"
    words = [sys.executable, "-c", "a b; $c"]
    assert cli.main(["settings", "set", "--db", url, "--", "on-nobody-listening", *words]) == 0
    hub.restart()
    assert hub.running is not None
    assert hub.running.hub.settings.site.on_nobody_listening == tuple(words)


def test_a_stored_value_this_release_does_not_take_stops_no_hub(hub: TestHub, caplog: pytest.LogCaptureFixture) -> None:
    file = hub.raw()
    file.execute("INSERT INTO site_settings VALUES ('escalate-1', '5000', 0)")
    file.close()
    assert rule("escalate-1").live
    with pytest.MonkeyPatch.context() as patch:
        from kotaconsole.hub.site import records

        told: list[str] = []
        patch.setattr(records._log, "error", lambda words, *_: told.append(words))
        hub.restart()
    assert hub.running is not None
    assert hub.running.hub.settings.site.times.escalate_1 == 60
    assert told
