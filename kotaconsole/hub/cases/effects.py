"""What a command does to cases: its own, and the others that are touched with it, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.crossing import leaving, split_off
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.referral import Referral
from kotaconsole.hub.cases import accounts
from kotaconsole.hub.cases.hints import Hints
from kotaconsole.hub.cases.intake import Intake
from kotaconsole.hub.cases.placing import Cause, Placed
from kotaconsole.hub.cases.recorder import Recorded, Recorder, load_case
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.writer import Transaction

HUB = Cause()
"""What the hub adds to a command by itself."""


@dataclass(frozen=True, slots=True)
class Done:
    """A case after a command, with the ids of its own events."""

    case: Case
    event_ids: tuple[str, ...]


class Effects:
    """Records what was decided, and what follows from it.

    Thread: the writer's.
    """

    def __init__(
        self, recorder: Recorder, intake: Intake, hints: Hints, *, training: bool,
        publish: Callable[[Sequence[Placed]], None],
    ) -> None:  # fmt: skip
        self._recorder = recorder
        self._intake = intake
        self._hints = hints
        self._training = training
        self._publish = publish

    def record(self, tx: Transaction, case: Case | None, decided: Sequence[Happening], cause: Cause) -> Done:
        """Record everything one command has been decided to do."""
        ids = []
        for happening in decided:
            # what the hub adds belongs to no desk, so that it never conflicts with one
            made_by = HUB if happening.by is None else cause
            recorded = self._write(tx, case, happening, made_by)
            ids.append(recorded.event_id)
            if not happening.superseded:
                self._follow_up(tx, case, recorded, happening, cause)
            case = recorded.case
        if case is None:
            raise RuntimeError("a command was applied to no case")
        return Done(case, tuple(ids))

    def _write(self, tx: Transaction, case: Case | None, happening: Happening, cause: Cause) -> Recorded:
        suggest = None
        if isinstance(happening.what, hap.Opened | hap.SplitOff | hap.Updated):
            suggest = partial(self._hints.suggested, tx.connection)
        recorded = self._recorder.record(tx, case, happening, cause, suggest=suggest)
        tx.after_commit.append(partial(self._publish, recorded.placed))
        return recorded

    def _follow_up(
        self, tx: Transaction, before: Case | None, recorded: Recorded, happening: Happening, cause: Cause
    ) -> None:
        what, after = happening.what, recorded.case
        if isinstance(what, hap.Opened):
            self._spend_number(tx, what.number)
            self._intake.remember(tx, after)
        elif isinstance(what, hap.Updated):
            self._hints.remember(tx.connection, after.referral, tx.now)
            accounts.restate(tx.connection, after.referral)
        elif isinstance(what, hap.Closed) and before is not None:
            self._hand_over(tx, before, happening, cause)
        elif isinstance(what, hap.Linked):
            back = replace(happening, what=hap.Linked(after.referral.id, what.link))
            self._beside(tx, what.to, back, cause)
        elif isinstance(what, hap.SplitAway) and before is not None:
            self._split_off(tx, before.referral, recorded, happening, cause)

    def _hand_over(self, tx: Transaction, before: Case, closed: Happening, cause: Cause) -> None:
        """A duplicate's alarm moves to the case it repeats, or closing it would silence an unseen flag."""
        what = closed.what
        if isinstance(what, hap.Closed) and what.code == "duplicate" and what.duplicate_of is not None:
            linked = hap.Linked(before.referral.id, "duplicate", before.referral.alarm)
            self._beside(tx, what.duplicate_of, replace(closed, what=linked), cause)

    def _beside(self, tx: Transaction, case_id: str, happening: Happening, cause: Cause) -> None:
        other = load_case(tx.connection, case_id)
        if other is not None:  # after a restore it may not be back yet
            self._write(tx, other, happening, cause)

    def _split_off(self, tx: Transaction, before: Referral, recorded: Recorded, away: Happening, cause: Cause) -> None:
        """The flags that never belonged there begin their own case, and the two accounts stay apart from now on."""
        what = away.what
        if not isinstance(what, hap.SplitAway):
            raise RuntimeError("only a split takes flags out of a case")  # noqa: TRY004 - the caller chose by type
        gone = leaving(before, what.references)
        number = counters.next_case_number(tx.connection, tx.now, training=self._training)
        self._spend_number(tx, number)
        told = accounts.told_by(tx.connection, before.id, gone)
        off = split_off(
            Case(before), away, number, account=None if told is None else told.account,
            subject=None if told is None else told.subject,
        )  # fmt: skip
        begun = self._write(tx, None, off, cause)
        accounts.take_apart(tx.connection, recorded.event_id, recorded.case.referral, what.new_referral_id, gone)
        self._hints.remember(tx.connection, begun.case.referral, tx.now)

    def _spend_number(self, tx: Transaction, number: str) -> None:
        if counters.case_number(tx.connection, tx.now, training=self._training) != number:
            raise RuntimeError("a case number was given twice")
