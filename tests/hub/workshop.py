"""A hub's case rooms on a file of their own, without a server: the test says what time it is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Closed, Happening, SplitAway, What
from kotaconsole.domain.referral import Actor
from kotaconsole.hub.cases.effects import Effects
from kotaconsole.hub.cases.hints import Hints
from kotaconsole.hub.cases.intake import Intake, Sent
from kotaconsole.hub.cases.placing import Placed
from kotaconsole.hub.cases.recorder import Cause, Recorder, load_case
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.storage.tables import flags
from kotaconsole.hub.storage.writer import Transaction
from tests.people import TWO_AM, body

T = TypeVar("T")
MEENA = Actor("op-meena", "R. Meena", "kota-city", "K1")


class Workshop:
    """Intake and recorder, with every transaction committed at once.

    Attributes:
        now: the hub's time. placed: what would have been published, oldest first.
    """

    def __init__(self, folder: Path) -> None:
        papers = read_papers(find_resources(), None)
        self.database = open_database(f"sqlite:///{folder / 'cases.db'}")
        self.recorder = Recorder(papers.rules, papers.directory)
        hints = Hints(papers.directory, self.recorder.scope)
        self.placed: list[Placed] = []
        self.intake = Intake(
            self.recorder, hints, intake_unit="kota-city", training=False, publish=self.placed.extend
        )  # fmt: skip
        self.effects = Effects(self.recorder, self.intake, hints, training=False, publish=self.placed.extend)
        self.now: Instant = TWO_AM

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self.database.writer.begin() as connection:
            tx = Transaction(connection, self.now)
            result = work(tx)
        for call in tx.after_commit:
            call()
        return result

    def put(self, reference: str, platform: str = "instagram", **fields: Any) -> tuple[int, str]:
        """A flag; gives back the status and the id of its case."""
        return self.put_raw(reference, json.dumps(body(**fields)).encode(), platform)

    def put_raw(self, reference: str, raw: bytes, platform: str = "instagram", *, cut: bool = False) -> tuple[int, str]:
        taken = self.write(lambda tx: self.intake.put(tx, Sent(platform, reference, raw, cut, "source")))
        return taken.status, str(json.loads(taken.body)["referral_id"])

    def withdraw(self, reference: str, platform: str = "instagram", reason: str = "error") -> str:
        taken = self.write(lambda tx: self.intake.withdraw(tx, platform, reference, reason, "source"))
        return str(json.loads(taken.body)["referral_id"])

    def knows(self, reference: str, platform: str) -> bool:
        with self.database.reader.begin() as connection:
            named = select(flags.c.referral_id).where(flags.c.platform == platform, flags.c.reference == reference)
            return connection.execute(named).first() is not None

    def case(self, case_id: str) -> Case:
        with self.database.reader.begin() as connection:
            found = load_case(connection, case_id)
        assert found is not None
        return found

    def does(self, case_id: str, what: What) -> Case:
        """A person does something to a case."""

        def record(tx: Transaction) -> Case:
            happening = Happening(what, self.now, self.now, MEENA)
            return self.effects.record(tx, load_case(tx.connection, case_id), (happening,), Cause()).case

        return self.write(record)

    def closes(self, case_id: str) -> Case:
        return self.does(case_id, Closed("counselled", "समझाइश दी", None, None, None, None))

    def splits(self, case_id: str, *references: str) -> str:
        """Take flags out of a case; gives back the id of their new one."""
        new = str(uuid.uuid4())
        self.does(case_id, SplitAway(references, new, "दो अलग व्यक्ति"))
        return new

    def close(self) -> None:
        self.database.close()
