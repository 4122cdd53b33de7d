"""The closing rules, in words, asked before the hub would refuse. Pure but for the language in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from kotaconsole.domain.referral import Referral, is_minor

NEED_CONTACT: Final = ("safe_with_family", "medical_care", "counselled", "no_current_distress")
NEED_SUPERVISOR: Final = ("not_located", "deceased")
CHILD_BODIES: Final = ("child_welfare", "childline")


@dataclass(frozen=True, slots=True)
class Ending:
    """What stands in the sheet."""

    code: str
    summary: str
    duplicate_of: str | None
    accepted_name: str
    accepted_kind: str
    without_supervisor: str
    accepted_rank: str = ""
    accepted_body: str = ""
    statement_name: str = ""
    statement: str = ""


class ClosingRules:
    """What an outcome needs.

    Attributes:
        supervisor: whether the operator has that role.
    """

    def __init__(self, case: Referral, *, supervisor: bool) -> None:
        self._case, self.supervisor = case, supervisor

    def tr(self, source: str) -> str:
        """A phrase in the language in force."""
        return QCoreApplication.translate("ClosingRules", source)

    def child_body_needed(self, code: str) -> bool:
        """Handing over to the family is not the default for minors, or where the family may harm."""
        guarded = is_minor(self._case) == "yes" or self._case.subject.family_may_harm == "yes"
        return code == "safe_with_family" and guarded and not self.supervisor

    def accepted_by_shown(self, code: str) -> bool:
        """Whether the sheet asks who took the person into care."""
        return code == "accepted_elsewhere" or self.child_body_needed(code)

    def reason_shown(self, code: str) -> bool:
        """Whether the sheet asks why no supervisor decides."""
        return code in NEED_SUPERVISOR and not self.supervisor

    def statement_shown(self, code: str) -> bool:
        """Whether the sheet asks what the platform stated: its word may stand where nobody reached the person."""
        return code == "no_current_distress" and self._case.state != "contact_made"

    def explain(self, code: str) -> str:
        """What this outcome asks for."""
        if self.statement_shown(code):
            return self.tr(
                "Needs contact made (F11), or the platform's statement that the person is not in distress:"
                " who at the platform said it, and what."
            )
        if code in NEED_CONTACT and self.child_body_needed(code):
            return self.tr(
                "Needs contact made. For a minor, or where the family may harm: also who took the person into care,"
                " Child Welfare Committee or 1098, or a supervisor closes."
            )
        if code in NEED_CONTACT:
            return self.tr("Needs contact made (F11). “Informed” or “departed” alone never closes a case.")
        if code in NEED_SUPERVISOR:
            return self.tr(
                "A supervisor closes. With nobody of that role signed in for 15 minutes, an operator may, with a"
                " reason; it is marked for review."
            )
        if code == "duplicate":
            return self.tr("Needs the other case; its alarm goes on there.")
        return self.tr("Needs who accepted the person: name, rank and body, outside the list of units.")

    def _lacks_contact(self, ending: Ending) -> str:
        """What is missing where nobody recorded that contact was made."""
        if not self.statement_shown(ending.code):
            return self.tr("Record first that contact was made (F11).")
        if not ending.statement_name:
            return self.tr("Record contact (F11), or say who at the platform stated it.")
        return "" if ending.statement else self.tr("Write what the platform stated.")

    def _lacks_acceptance(self, ending: Ending) -> str:
        """What is missing of the person who took the case over: they must be found again."""
        if not ending.accepted_name:
            return self.tr("Say who accepted the person, by name.")
        if not ending.accepted_rank:
            return self.tr("Say the rank or post of who accepted the person.")
        if not ending.accepted_body:
            return self.tr("Say which body accepted the person: hospital, committee or office, by name.")
        return ""

    def lacks(self, ending: Ending) -> str:
        """What is missing, or nothing."""
        code, state = ending.code, self._case.state
        if not code:
            return self.tr("Choose an outcome.")
        if code in NEED_CONTACT and state != "contact_made" and (lacking := self._lacks_contact(ending)):
            return lacking
        if code in NEED_SUPERVISOR and state == "new":
            return self.tr("Acknowledge the case first (Space in the list).")
        if self.reason_shown(code) and not ending.without_supervisor:
            return self.tr("Say why no supervisor decides.")
        if code == "duplicate" and ending.duplicate_of is None:
            return self.tr("Choose the case this one repeats.")
        if self.accepted_by_shown(code) and (lacking := self._lacks_acceptance(ending)):
            return lacking
        if self.child_body_needed(code) and ending.accepted_kind not in CHILD_BODIES:
            return self.tr("For this person: Child Welfare Committee or child helpline 1098.")
        return "" if ending.summary else self.tr("Write one sentence on how it ended.")
