"""What an operator may choose for a desk. Apart from the rest, so that the sign-in window loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kotaconsole.domain.errors import Language

ThemeName = Literal["light", "night"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What an operator chose for this desk; scale in percent."""

    language: Language = "hi"
    theme: ThemeName = "light"
    scale: int = 100
