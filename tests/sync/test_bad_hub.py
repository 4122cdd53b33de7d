"""Whatever a hub does, the list is never emptied, nothing saved is lost, and the link never looks better than it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kotaconsole.domain.commands import Acknowledge
from tests.api.server import Asked, Say, problem, say
from tests.sync.desks import QUICK, TestDesk
from tests.sync.scripted_hub import AT, UNIT, ScriptedHub, case

pytestmark = pytest.mark.sync


class Faults:
    """Gives ordered answers to matching requests, a limited number of times."""

    def __init__(self, part: str, answer: Any, times: int = 1) -> None:
        self.part, self.answer, self.left = part, answer, times
        self.met = threading.Event()

    def __call__(self, asked: Asked) -> Say | None:
        if self.part not in asked.path or self.left <= 0:
            return None
        self.left -= 1
        if self.left == 0:
            self.met.set()
        made = self.answer(asked) if callable(self.answer) else self.answer
        assert isinstance(made, Say)
        return made


def keys(desk: TestDesk) -> list[str]:
    return [row.key for row in desk.rows()]


def test_a_refused_page_alarms_and_never_empties_the_list(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    holes = Faults("/changes", lambda a: say({"epoch": "e1", "events": [], "next": 99, "head": 99, "oldest": 1,
                                              "more": False, "beat": 1, "server_time": AT}), times=2)  # fmt: skip
    before = len(other.asked("/snapshot"))
    other.fault = holes
    assert holes.met.wait(60)
    far.until(lambda: any(view.state == "lost" for view in far.links), "a refused page is shown")
    far.until(lambda: len(other.asked("/snapshot")) == before + 1, "refused twice, the list is read anew")
    assert keys(far) == ["c1"]
    other.flag("c2")
    far.until(lambda: sorted(keys(far)) == ["c1", "c2"], "the feed goes on")
    far.until_live()


@pytest.mark.parametrize(
    "garbage",
    [
        Say(200, b"<html>Sign in to the network</html>", "text/html"),
        Say(200, b"<html>Sign in to the network</html>"),
        Say(200, b"", None),
        Say(404, b"no such page", "text/plain"),
    ],
    ids=["html", "html-as-json", "empty", "404"],
)
def test_answers_that_are_no_json_alarm_and_the_list_is_read_anew(
    other: ScriptedHub, far: TestDesk, garbage: Say
) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    before = len(other.asked("/snapshot"))
    bad = other.fault = Faults("/changes", garbage, times=4)
    assert bad.met.wait(60)
    far.until(lambda: any(view.state == "lost" for view in far.links), "it is alarmed")
    far.until(lambda: len(other.asked("/snapshot")) > before, "refused again and again, the list is read anew")
    assert keys(far) == ["c1"]
    other.flag("c2")
    far.until(lambda: sorted(keys(far)) == ["c1", "c2"], "the feed goes on")
    far.until_live()


def test_one_answer_that_is_no_json_is_only_asked_once_more(other: ScriptedHub, far: TestDesk) -> None:
    snapshots = len(other.asked("/snapshot"))
    other.fault = Faults("/changes", Say(200, b"<html>", "text/html"))
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the second answer is good")
    assert len(other.asked("/snapshot")) == snapshots


def test_one_refused_page_is_only_asked_once_more(other: ScriptedHub, far: TestDesk) -> None:
    snapshots = len(other.asked("/snapshot"))
    other.fault = Faults("/changes", Say(200, b'{"epoch":'))
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the second answer is good")
    assert len(other.asked("/snapshot")) == snapshots


def test_a_hole_that_stays_after_reading_anew_is_stepped_over_and_rings(other: ScriptedHub, far: TestDesk) -> None:
    """The snapshot says as_of 0 each time, and the feed never gives event 1."""
    other.flag("c1")
    other.flag("c2")
    far.until(lambda: len(keys(far)) == 2, "both are listed")
    far.stop()
    other.epoch, held = "e2", list(other.cases.values())

    def lying(asked: Asked) -> Say | None:
        if asked.path.endswith("/snapshot"):
            return say({"epoch": "e2", "as_of": 0, "items": held, "server_time": AT})
        if asked.path.endswith("/changes") and asked.query["epoch"] == "e2" and asked.query["after"] == "0":
            return say({"epoch": "e2", "events": [other.events[1]], "next": 2, "head": 2, "oldest": 1, "more": False,
                        "beat": 1, "server_time": AT})  # fmt: skip
        return None

    other.fault = lying
    far.start()
    far.until(lambda: any(row.unreadable for row in far.rows()), "the missing event rings")
    far.until_live()
    assert {alarm.key for alarm in far.store.queries.alarms()} >= {"c1", "c2"}
    (lost,) = [alarm for alarm in far.store.queries.alarms() if alarm.key.startswith("unreadable:kota-city:1")]
    assert lost.level == "P1"


def test_a_bad_event_in_a_good_page_rings_and_blocks_nothing(other: ScriptedHub, far: TestDesk) -> None:
    other.event({"event_id": 7, "kind": ["?"], "referral_id": "c9", "words": "टूटा हुआ"})
    other.flag("c1")
    far.until(lambda: len(far.rows()) == 2, "the case behind it is listed")
    top, row = far.rows()
    assert (top.unreadable, top.level, top.ringing, row.key) == (True, "P1", True, "c1")
    view = far.store.queries.case(top.key, far.clock.now())
    assert view is not None
    assert "टूटा हुआ" in str(view.raw)
    assert {alarm.key for alarm in far.store.queries.alarms()} == {top.key, "c1"}
    far.store.commands.acknowledge_unreadable(top.key, far.author)
    assert {alarm.key for alarm in far.store.queries.alarms()} == {"c1"}
    assert keys(far) == ["c1"]


def test_the_same_page_again_changes_nothing(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    cursor = far.store.queries.cursor("kota-city")
    client = far.client()
    page = client.changes("kota-city", epoch="e1", after=0, limit=10, wait=0)
    client.close()
    before = len(far.changes)
    far.store.commands.apply_page("kota-city", page)
    far.store.commands.apply_page("kota-city", page)
    assert (len(far.changes), far.store.queries.cursor("kota-city")) == (before, cursor)
    assert len(far.store.queries.events("c1")) == 1


def test_a_restored_hub_is_read_anew_while_the_old_list_stays(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    seen: list[list[str]] = []

    def look(asked: Asked) -> None:
        if asked.path.endswith("/snapshot"):
            seen.append(keys(far))

    other.fault = look
    with other.news:
        other.epoch, other.events, other.cases = "e2", [], {"c2": case("c2")}
        other.news.notify_all()
    far.until(lambda: keys(far) == ["c2"], "the new list")
    assert seen == [["c1"]]
    assert far.store.queries.cursor("kota-city") is not None
    far.until_live()


def test_a_cursor_that_expired_is_read_anew(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    snapshots = len(other.asked("/snapshot"))
    other.fault = Faults("/changes", problem(410, "cursor-expired"))
    far.until(lambda: len(other.asked("/snapshot")) > snapshots, "a snapshot is read")
    other.flag("c2")
    far.until(lambda: len(keys(far)) == 2, "and the feed goes on")


def test_a_hub_that_answers_but_stands_still_is_not_live(other: ScriptedHub, far: TestDesk) -> None:
    other.beat = 7
    far.until(lambda: far.links[-1].state == "lost", "a frozen beat is seen")
    why = far.links[-1].why
    assert why is not None
    assert "stands still" in why.en
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "what it gives is used all the same")
    assert far.links[-1].state == "lost"
    other.beat = 8
    far.until_live()


def test_an_old_token_is_healed_without_touching_the_queue(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    other.access = "rotated-away"
    entry = far.note("c1", "टिप्पणी")
    far.until_sent()
    known = far.store.queries.entry(entry.command_id)
    assert known is not None
    assert (known.fate, known.attempts) == ("acked", 0)
    assert far.tokens.refresh_token == other.refresh
    assert all(view.state != "lost" for view in far.links)


def test_a_session_that_was_ended_is_a_sentence_and_the_queue_waits_for_the_next_sign_in(
    other: ScriptedHub, far: TestDesk
) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    other.access, other.refresh = "gone", "gone"
    entry = far.note("c1", "टिप्पणी")
    far.until(lambda: far.links[-1].state == "lost", "the end of the session is shown")
    assert "Sign in again" in str(far.links[-1].why)
    assert far.store.queries.queue() == (entry,), "not even an attempt is counted"
    assert keys(far) == ["c1"]
    far.sign_in()
    assert far.engine is not None
    far.engine.wake()
    far.until_live()
    far.until_sent()


def test_a_lost_answer_is_asked_for_again_and_has_one_effect(other: ScriptedHub, far: TestDesk) -> None:
    """I7: the hub applied it, the answer never came."""
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    lost: list[str] = []

    def once(asked: Asked) -> bool:
        if "/commands/" in asked.path and not lost:
            lost.append(asked.path)
            return True
        return False

    other.hang_up_after = once
    far.note("c1", "एक बार")
    far.until_sent()
    assert len(other.asked(lost[0])) == 2
    assert other.asked(lost[0])[0].body == other.asked(lost[0])[1].body
    assert len(other.applied) == 1


def test_a_case_that_is_refused_holds_up_only_itself(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    other.flag("c2")
    far.until(lambda: len(keys(far)) == 2, "both are listed")

    def poison(asked: Asked) -> Say | None:
        if "/commands/" in asked.path and asked.json["payload"].get("text") == "विष":
            return Say(200, b'{"half":')
        return None

    other.fault = poison
    bad, behind = far.note("c1", "विष"), far.note("c1", "उसके पीछे")
    for n in range(5):
        far.note("c2", f"दूसरा {n}")
    far.until(lambda: len(far.store.queries.queue()) == 2, "the other case is sent")
    assert [entry.n for entry in far.store.queries.queue()] == [bad.n, behind.n]
    assert [one["payload"]["text"] for one in other.applied] == [f"दूसरा {n}" for n in range(5)]
    other.fault = lambda a: problem(422, "invalid", terminal=True) if poison(a) else None
    far.until(lambda: far.store.queries.to_send() == 0, "a terminal refusal frees the case")
    (refused,) = far.store.queries.refused()
    assert (refused.n, refused.last_problem) == (bad.n, "invalid")
    assert other.applied[-1]["payload"]["text"] == "उसके पीछे"
    (row,) = [row for row in far.rows() if row.key == "c1"]
    assert (row.pending, row.refused) == (0, 1)
    far.store.commands.set_aside(refused.command_id, "फ़ोन पर बताया")
    assert far.store.queries.refused() == ()


def test_an_unknown_author_is_kept_and_does_not_spin(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    other.fault = lambda a: problem(403, "unknown-author") if "/commands/" in a.path else None
    entry = far.note("c1", "टिप्पणी")
    assert far.engine is not None
    far.until(lambda: other.asked("/commands/"), "it was offered")
    for _ in range(50):
        far.engine.wake()
    far.until(lambda: far.store.queries.queue()[0].last_problem == "unknown-author", "the reason is kept")
    assert len(other.asked("/commands/")) <= 4
    assert far.store.queries.queue()[0].n == entry.n


def test_a_hub_that_hangs_in_one_command_sends_the_others(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    other.flag("c2")
    far.until(lambda: len(keys(far)) == 2, "both are listed")

    def hang(asked: Asked) -> None:
        if "/commands/" in asked.path and asked.json["referral_id"] == "c1":
            other.server.released.wait(90)

    other.fault = hang
    far.note("c1", "अटका")
    far.note("c2", "चला")
    far.until(lambda: len(other.applied) == 1, "the other one is through")
    assert other.applied[0]["payload"]["text"] == "चला"


def test_a_busy_hub_is_not_asked_before_it_wants_to_be(other: ScriptedHub, far: TestDesk) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    busy = Faults("/commands/", problem(503, "unavailable", Retry_After="2"))
    other.fault = busy
    begun = far.clock.monotonic()
    far.note("c1", "टिप्पणी")
    far.until_sent()
    assert far.clock.monotonic() - begun >= 2.0
    assert len(other.asked("/commands/")) == 2


def test_a_command_that_another_case_waits_for_nothing(other: ScriptedHub, far: TestDesk) -> None:
    """An acknowledgement silences here at once; when the hub refuses it, it rings again (I12)."""
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    other.fault = lambda a: problem(409, "held", terminal=True) if "/commands/" in a.path else None
    far.store.commands.queue("acknowledge", "c1", Acknowledge(1), author=far.author)
    far.until(far.store.queries.refused, "the hub refused it")
    assert [alarm.key for alarm in far.store.queries.alarms()] == ["c1"]
    assert any(change.rings and change.outbox for change in far.changes)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_poll_thread_that_died_is_begun_anew(
    other: ScriptedHub, far: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(self: object) -> float:
        raise SystemExit  # ends the thread as nothing else would, without a trace

    with monkeypatch.context() as broken:
        broken.setattr("kotaconsole.sync.pull.Pull.step", die)
        far.until(lambda: not any(t.name == "poll" for t in threading.enumerate()), "the poll is dead")
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the poll lives again")


@pytest.mark.log_errors_expected("a bug in the poll is logged with its trace")
def test_a_mistake_of_our_own_in_the_poll_is_shown_and_survived(
    other: ScriptedHub, far: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def err(self: object) -> float:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("kotaconsole.sync.pull.Pull.step", err)
        far.until(lambda: far.links[-1].state != "live", "it is shown")
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "and goes on")


def test_a_poll_that_hangs_beyond_every_limit_is_cut_and_begun_anew(
    other: ScriptedHub, make_desk: Callable[..., TestDesk]
) -> None:
    desk = make_desk(other.url, settings=replace(QUICK, hung=0.5))
    desk.sign_in()
    hung: list[Asked] = []

    def hang(asked: Asked) -> None:
        if "/changes" in asked.path and not hung:
            hung.append(asked)
            other.server.released.wait(90)

    other.fault = hang
    other.flag("c1")
    desk.start()
    desk.until(lambda: hung, "the question hangs")
    other.flag("c2")
    desk.until(lambda: len(keys(desk)) == 2, "asked anew, although the first question is still open")


def test_stopping_does_not_wait_for_a_hub_that_keeps_quiet(other: ScriptedHub, far: TestDesk) -> None:
    open_questions: list[Asked] = []
    answered: list[Asked] = []

    def hang(asked: Asked) -> None:
        open_questions.append(asked)
        other.server.released.wait(90)
        answered.append(asked)

    other.fault = hang
    far.until(lambda: open_questions, "a question is open")
    far.stop()
    assert answered == [], "the hub has not let go of any"
    assert not any(t.name in ("poll", "sync") or t.name.startswith("sync-http") for t in threading.enumerate())


def test_signing_out_ends_the_session_and_leaves_the_queue(other: ScriptedHub, far: TestDesk) -> None:
    other.fault = lambda a: problem(503, "unavailable", Retry_After="9") if "/commands/" in a.path else None
    entry = far.note("c1", "टिप्पणी")
    assert far.engine is not None
    far.engine.sign_out()
    far.engine = None
    assert other.asked("/v1/sessions/current")
    assert not far.tokens.signed_in
    assert [one.n for one in far.store.queries.queue()] == [entry.n], "I3"


UNITS = [
    {"id": UNIT, "kind": "district", "name": {"en": "Kota City", "hi": None}, "phones": [], "watch": "always"},
    {"id": "sangod", "kind": "station", "name": 5, "phones": [], "watch": "never"},
]


def test_an_odd_entry_of_the_directory_costs_only_itself_and_is_told(other: ScriptedHub, far: TestDesk) -> None:
    handed = {"revision": "r", "intake_unit": UNIT, "units": UNITS, "helplines": []}
    far.stop()
    far.settings = replace(QUICK, directory=0.3)
    other.fault = lambda asked: say(handed, ETag='"2"') if asked.path == "/v1/directory" else None
    far.start()
    directory = far.until(lambda: _with_units(far), "the units that can be read are here")
    assert [unit.id for unit in directory.units] == [UNIT]
    notice = far.until(lambda: far.links[-1].notice, "it is told")
    assert "missing here: 1." in notice.sentence.en
    assert far.links[-1].besides.no_directory is None
    times = len(far.changes)
    far.until(lambda: len([one for one in other.asked("/directory") if "if-none-match" not in one.headers]) > 2,
              "it is asked for again, whole")  # fmt: skip
    assert not [one for one in far.changes[times:] if one.everything], "the same again changes nothing"
    assert len({view.notice for view in far.links}) == 2, "and is told once"


def test_a_directory_that_cannot_be_used_is_told_and_the_one_before_stays(other: ScriptedHub, far: TestDesk) -> None:
    before = far.until(far.store.queries.directory, "a directory is here")
    bad = Faults("/directory", say({"revision": "r", "intake_unit": UNIT, "units": UNITS[1:]}))
    far.stop()
    far.settings = replace(QUICK, directory=0.3)
    other.fault = bad
    far.start()
    far.until(lambda: far.links[-1].besides.no_directory, "it is told that it came")
    assert "could not be read" in str(far.links[-1].notice)
    assert far.store.queries.directory() == before
    far.until(lambda: far.links[-1].besides.no_directory is None, "until one comes that can be used")


def _with_units(desk: TestDesk) -> Any:
    directory = desk.store.queries.directory()
    return directory if directory is not None and directory.units else None


def test_a_hub_that_takes_nothing_from_so_old_a_console_is_told_although_the_link_lives(
    other: ScriptedHub, far: TestDesk
) -> None:
    other.flag("c1")
    far.until(lambda: keys(far) == ["c1"], "the case is listed")
    other.fault = Faults("/commands/", problem(426, "client-too-old"))
    entry = far.note("c1", "टिप्पणी")
    far.until(lambda: far.links[-1].besides.unsent, "it is told")
    assert (far.links[-1].state, far.store.queries.queue()[0].command_id) == ("live", entry.command_id)
    far.until_sent()
    far.until(lambda: far.links[-1].besides.unsent is None, "until the hub takes something")


def test_a_hub_that_asks_for_a_newer_console_in_mid_session_is_told(other: ScriptedHub, far: TestDesk) -> None:
    far.stop()
    far.settings = replace(QUICK, meta=0.3)
    far.start()
    other.min_console = "0.2.0"
    why = far.until(lambda: far.links[-1].besides.unsent, "it is told")
    assert "too old" in why.en
    other.min_console = "0.1.0"
    far.until(lambda: far.links[-1].besides.unsent is None, "until it asks for less")
