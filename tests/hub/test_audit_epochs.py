"""A head from before a restore: what the restore left behind is told as that, and nothing else is excused by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kotaconsole.domain.clock import Instant
from kotaconsole.hub import cli
from kotaconsole.hub.audit import verify
from kotaconsole.hub.audit.epochs import Line, Restore, Witness
from kotaconsole.hub.storage.database import open_database
from tests.hub.client import new_uuid
from tests.hub.fixtures import TestHub

ZERO = "0" * 64


@dataclass
class Seen:
    """Heads of one hub's life: at the backup, between backup and restore, and since.

    `kept` is in the backup; `lost` is not; both were seen under the first epoch. `since` under the second.
    """

    hub: TestHub
    kept: Witness
    lost: Witness
    since: Witness
    backup: Path
    aside: Path


def head(hub: TestHub) -> Witness:
    told = hub.person(f"n{new_uuid()[:8]}").get("/v1/audit/head").json
    return Witness(told["n"], told["hash"], told["epoch"])


def run(hub: TestHub, *words: str) -> int:
    return cli.main([*words, "--db", f"sqlite:///{hub.db}"])


def restored(hub: TestHub, source: Path) -> None:
    hub.stop()
    assert run(hub, "restore", "--from", str(source)) == 0
    hub.start()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    hub = TestHub(tmp_path_factory.mktemp("epochs") / "hub").start()
    kept = head(hub)
    backup = hub.db.with_name("b")
    assert run(hub, "backup", "--to", str(backup)) == 0
    head(hub)
    lost = head(hub)
    restored(hub, backup)
    (aside,) = (path for path in hub.db.parent.glob("hub.db.before-*") if path.suffix not in ("-wal", "-shm"))
    for _ in range(3):
        since = head(hub)
    hub.stop()
    yield Seen(hub, kept, lost, since, backup, aside)
    hub.stop()


def checked(hub: TestHub, *heads: Witness) -> verify.Report:
    database = open_database(f"sqlite:///{hub.db}")
    try:
        with database.reader.begin() as connection:
            return verify.verify(connection, heads)
    finally:
        database.close()


def word(one: Witness) -> str:
    return f"{one.epoch}:{one.n}:{one.hash}" if one.epoch else f"{one.n}:{one.hash}"


def without_epoch(one: Witness) -> Witness:
    return Witness(one.n, one.hash)


def test_a_head_a_restore_left_behind_is_told_as_that_and_as_nothing_worse(
    seen: Seen, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seen.kept.n < seen.lost.n <= seen.since.n, "another record has its number now"
    assert run(seen.hub, "audit", "verify", "--head", word(seen.lost)) == verify.UNCHECKED
    told = capsys.readouterr().out
    assert "BROKEN" not in told
    assert "holds" in told
    assert f"NOT CHECKED: record {seen.lost.n}" in told
    assert str(seen.lost.epoch) in told
    assert "tell the auditor" in told, "a forged restore looks the same"
    assert "जाँचा नहीं जा सका" in told


def test_what_is_there_is_found_whatever_epoch_it_was_seen_under(
    seen: Seen, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = [part for one in (seen.kept, seen.since, without_epoch(seen.kept)) for part in ("--head", word(one))]
    assert run(seen.hub, "audit", "verify", *heads) == verify.HOLDS
    told = capsys.readouterr().out
    assert "3  देखे गए" in told
    assert f"{seen.since.epoch}:" in told.splitlines()[-1], "the line that is kept is a head with its epoch"


def test_without_its_epoch_it_is_a_break_and_says_what_is_missing(
    seen: Seen, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(seen.hub, "audit", "verify", "--head", word(without_epoch(seen.lost))) == verify.BROKEN
    told = capsys.readouterr().out
    assert f"BROKEN at record {seen.lost.n}" in told
    assert "EPOCH:N:HASH" in told


def test_no_restore_excuses_what_was_in_the_backup(seen: Seen) -> None:
    changed = Witness(seen.kept.n, ZERO, seen.kept.epoch)
    broken = checked(seen.hub, changed).broken
    assert broken is not None
    assert broken.n == seen.kept.n


def test_no_restore_excuses_what_was_seen_since(seen: Seen) -> None:
    for gone in (Witness(seen.since.n, ZERO, seen.since.epoch), Witness(seen.since.n + 50, ZERO, seen.since.epoch)):
        broken = checked(seen.hub, gone).broken
        assert broken is not None, "cut off under the present epoch, and no restore has been since"
        assert broken.n == gone.n


def test_a_lost_head_keeps_no_real_break_quiet(seen: Seen) -> None:
    report = checked(seen.hub, seen.lost, Witness(seen.since.n, ZERO, seen.since.epoch))
    assert report.broken is not None


def test_an_epoch_nobody_recorded_the_end_of_excuses_nothing(tmp_path: Path) -> None:
    """The file of a log that was cut off, and given another epoch to look restored."""
    hub = TestHub(tmp_path / "hub").start()
    try:
        one = head(hub)
        hub.stop()
        raw = hub.raw()
        raw.execute("INSERT INTO epochs (epoch, began_at) SELECT value, 5 FROM facts WHERE name = 'epoch'")
        raw.execute("UPDATE facts SET value = 'another' WHERE name = 'epoch'")
        raw.close()
        for missing in (
            Witness(one.n + 9, ZERO, one.epoch),
            Witness(one.n, ZERO, one.epoch),
            Witness(1, ZERO, "never"),
        ):
            broken = checked(hub, missing).broken
            assert broken is not None
            assert "no restore in the log explains" in broken.why.en
    finally:
        hub.stop()


def test_an_epoch_that_was_itself_gone_back_behind_is_not_called_tampering(seen: Seen, tmp_path: Path) -> None:
    """Going back to the file that the first restore replaced: what was seen between the two is on no line any more."""
    folder = tmp_path / "hub"
    folder.mkdir()
    hub = TestHub(folder)
    for source, name in ((seen.hub.db, "hub.db"), (seen.aside, "aside"), (seen.hub.db.with_name("hub.db.key"), None)):
        target = folder / (name or "hub.db.key")
        target.write_bytes(source.read_bytes())
        target.chmod(0o600)
    assert run(hub, "restore", "--from", str(folder / "aside")) == 0
    report = checked(hub, seen.kept, seen.lost, seen.since)
    assert report.broken is None
    assert report.witnessed == 2, "the first epoch's records are all back"
    ((unchecked, restore),) = report.lost
    assert unchecked == seen.since
    assert restore.n > seen.lost.n


FIRST, SECOND = Restore(31, Instant(200)), Restore(101, Instant(400))
LINE = Line("c", {"a": Instant(100), "b": Instant(200), "aside": Instant(300), "c": Instant(400)}, (FIRST, SECOND))
"""a, ended at record 31 by b, ended at record 101 by c; `aside` was begun and gone back behind in between."""


@pytest.mark.parametrize(
    ("epoch", "n", "explained"),
    [("a", 30, None), ("a", 31, FIRST), ("a", 500, FIRST), ("b", 31, None), ("b", 100, None), ("b", 101, SECOND),
     ("c", 1, None), ("c", 500, None), ("aside", 5, SECOND), ("aside", 500, SECOND), ("never known", 5, SECOND),
     (None, 500, None)],
)  # fmt: skip
def test_which_restore_explains_which_head(epoch: str | None, n: int, explained: Restore | None) -> None:
    assert LINE.left_behind(Witness(n, ZERO, epoch)) == explained


def test_under_the_present_epoch_nothing_is_excused_whatever_the_file_says_of_its_beginning() -> None:
    forged = Line("c", {"a": Instant(100), "b": Instant(200), "c": Instant(150)}, (FIRST, SECOND))
    assert forged.left_behind(Witness(500, ZERO, "c")) is None


def test_no_restore_explains_an_epoch_that_began_after_it() -> None:
    cut = Line("x", {"a": Instant(100), "b": Instant(200), "late": Instant(300), "x": Instant(900)}, (FIRST,))
    assert cut.left_behind(Witness(500, ZERO, "late")) is None


@pytest.mark.parametrize("word", ["", "9", "9:abc", f"x y:9:{ZERO}", f"a:b:9:{ZERO}", f":9:{ZERO}", f"9:{ZERO}0"])
def test_a_head_is_read_strictly(word: str) -> None:
    with pytest.raises(Exception, match="64"):
        verify.witness(word)


def test_a_head_is_read_with_and_without_its_epoch() -> None:
    assert verify.witness(f" 7:{'AB' * 32} ") == Witness(7, "ab" * 32)
    assert verify.witness(f"E-1:7:{ZERO}") == Witness(7, ZERO, "E-1"), "an epoch is the hub's own word"


def test_every_break_is_told_in_both_languages(seen: Seen, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(seen.hub, "audit", "verify", "--head", f"999:{ZERO}") == verify.BROKEN
    *_, hindi, english = capsys.readouterr().out.strip().splitlines()
    assert hindi.startswith("टूटा हुआ: अभिलेख 999: देखा गया अभिलेख नहीं है")
    assert english.startswith("BROKEN at record 999: a record that was witnessed is missing")
