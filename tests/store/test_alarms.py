"""What sounds at this desk, out of what is stored: cases of its unit, cases that are sent to it, and what escalates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kotaconsole.domain.commands import Accept, Return
from kotaconsole.domain.directory import Directory, Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.outbox import Answer
from kotaconsole.domain.referral import Alarm, Referral, Transfer, TransferAlarm
from kotaconsole.store import Store
from tests.people import TWO_AM, bare
from tests.store.desk import FEED, author, event, page, ringing, snapshot

pytestmark = pytest.mark.unit

SENT = Transfer(FEED, TWO_AM, None, "is at school here", TransferAlarm(TWO_AM))


def incoming(key: str = "c1", version: int = 4) -> Referral:
    return bare(id=key, version=version, unit="jhunjhunu", state="acknowledged", level="P1", transfer=SENT)


def keys(store: Store, *unattended: str) -> list[str]:
    return [alarm.key for alarm in store.queries.alarms(frozenset(unattended))]


def test_a_case_that_is_sent_here_sounds_until_somebody_here_answers(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(incoming())])
    assert keys(store) == ["transfer:c1"]
    row = store.queries.rows(TWO_AM)[0]
    assert (row.incoming, row.ringing) == (True, True)
    entry = store.commands.queue("accept", "c1", Accept(), author=author(store), seen=4)
    assert keys(store) == [], "the network is not on the way of an answer"
    row = store.queries.rows(TWO_AM)[0]
    assert (row.unit, row.incoming, row.ringing) == (FEED, False, False)
    store.commands.answered(entry.command_id, Answer(applied=False, terminal=True, problem="version-mismatch"))
    assert keys(store) == ["transfer:c1"], "refused: it asks again"


def test_returning_it_is_an_answer_too(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(incoming())])
    store.commands.queue("return", "c1", Return("not ours"), author=author(store), seen=4)
    assert keys(store) == []


def test_what_the_sender_takes_back_is_silent(store: Store) -> None:
    store.commands.swap_snapshot(FEED, [snapshot(incoming())])
    gone = replace(incoming(), version=5, transfer=None)
    store.commands.apply_page(FEED, page(event(1, gone, kind="recalled")))
    assert keys(store) == []


def test_a_case_this_desk_sends_away_does_not_sound_here_for_it(store: Store) -> None:
    away = bare(id="c1", version=4, transfer=replace(SENT, to="jhunjhunu"))
    store.commands.swap_snapshot(FEED, [snapshot(away)])
    assert keys(store) == []
    assert not store.queries.rows(TWO_AM)[0].incoming


def test_a_station_below_sounds_here_when_nobody_there_answers_or_listens(store: Store) -> None:
    tree = Directory("1", FEED, (
        Unit(FEED, "district", Bilingual("Kota", "कोटा")), Unit("kunhadi", "station", Bilingual("K", "क"), FEED),
    ))  # fmt: skip
    store.commands.save_directory(tree, '"1"')
    below = replace(ringing("c1", unit="kunhadi"))
    store.commands.swap_snapshot(FEED, [snapshot(below)])
    assert keys(store) == []
    assert keys(store, "kunhadi") == ["c1"]
    late = replace(below, version=2, alarm=Alarm(TWO_AM, 1, "flag", 1))
    store.commands.apply_page(FEED, page(event(1, late, kind="escalated")))
    assert keys(store) == ["c1"]
    assert store.queries.alarms()[0].stage == 1
