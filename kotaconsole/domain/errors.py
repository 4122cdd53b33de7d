"""Errors sorted by whose they are, each with its sentence in Hindi and English.

Whoever meets one learns what happened, what is safe and what to do. The technical part is kept apart, for the
log and the "details" fold, and never holds personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["hi", "en"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One sentence in both languages of the desk."""

    en: str
    hi: str

    def say(self, language: Language) -> str:
        """The sentence in one language."""
        return self.hi if language == "hi" else self.en

    def both(self) -> str:
        """Hindi, then English: for terminals, where no language has been chosen yet."""
        return f"{self.hi}\n{self.en}"


class KotaError(Exception):
    """The root of every error that is ours to explain."""


class EnvironmentFault(KotaError):
    """The surroundings fail: no network, no keyring, no printer, a full disk. The operator can act.

    Attributes:
        code: a stable short name, for tests and logs.
        sentence: what happened, what is safe, what to do.
        technical: for the log; never personal data.
    """

    def __init__(self, code: str, sentence: Bilingual, technical: str = "") -> None:
        super().__init__(f"{code}: {technical}" if technical else code)
        self.code = code
        self.sentence = sentence
        self.technical = technical


class ContractBreach(KotaError):
    """The other side of the wire broke the contract; what it said is not used."""


class ServerRefusal(KotaError):
    """The hub answered, and the answer is no.

    Attributes:
        code: the problem's code, which is what clients branch on.
        terminal: whether asking again can never help.
        status: HTTP status, for the log.
        detail: the hub's own words.
        retry_after: seconds to wait at least, or None.
    """

    def __init__(
        self, code: str, *, terminal: bool, status: int, detail: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(f"{status} {code}")
        self.code = code
        self.terminal = terminal
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command the rules do not allow: a value, because refusing is an ordinary outcome.

    Attributes:
        code: problem code of the contract (`illegal-transition`, `held`, ...).
        detail: the rule that was broken, in English, without personal data.
        pointer: JSON pointer into the payload, where one field is at fault.
    """

    code: str
    detail: str
    pointer: str | None = None
