"""From a composed slip to the bytes of one page, in memory: a case must leave nothing behind on the disk.

One template serves paper and preview, so what is seen is what is printed.
"""

from __future__ import annotations

import io
import json
import re
import threading
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, Literal

import segno
import typst

from kotaconsole.domain import slip_words as words
from kotaconsole.domain.errors import Bilingual, Language
from kotaconsole.domain.slip import Cut, SlipPage, cuts

Paper = Literal["A5", "A4"]
Format = Literal["pdf", "png"]
_SIZE_MM: Final[dict[Paper, tuple[int, int]]] = {"A5": (148, 210), "A4": (210, 297)}
_LONG_WORD: Final = re.compile(r"\S{40,}")
_PIECE: Final = re.compile(
    r".{24}(?![\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d])(?<![\u094d\u200c\u200d])"
)
_DRAFT_PPI: Final = 8
"""A page count needs no picture worth looking at."""


class SlipPress:
    """Holds the template and the fonts and makes pages of slips.

    Thread: any; pages are made one at a time.
    """

    def __init__(self, resources: Path) -> None:
        """Read template and fonts from the program's resources; about 0.1 s, because it looks at the system's fonts.

        The shipped fonts come first. The system's are there for names in scripts the shipped ones do not have.
        """
        fonts = typst.Fonts(
            include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(resources / "fonts")]
        )
        self._template = (resources / "slips" / "slip.typ").read_bytes()
        self._compiler = typst.Compiler(font_paths=fonts)
        self._lock = threading.Lock()

    def render(
        self, slip: SlipPage, *, paper: Paper = "A5", fmt: Format = "pdf", lang: Language = "hi", ppi: int = 160
    ) -> bytes:
        """One page, always; `ppi` counts for PNG only."""
        data = _data(slip, paper, lang)
        with self._lock:
            cut = self._fitting(slip, data)
            return self._compile(slip, data, cut, fmt, ppi)[0]

    def fitting(self, slip: SlipPage, *, paper: Paper = "A5", lang: Language = "hi") -> Cut:
        """What had to give way for this slip to fit on its page."""
        with self._lock:
            return self._fitting(slip, _data(slip, paper, lang))

    def _fitting(self, slip: SlipPage, data: dict[str, Any]) -> Cut:
        """The first cut that fits; each later one is smaller, so halving finds it."""
        steps = cuts(slip)
        if self._fits(slip, data, steps[0]):
            return steps[0]
        low, high = 1, len(steps) - 1
        while low < high:
            middle = (low + high) // 2
            if self._fits(slip, data, steps[middle]):
                high = middle
            else:
                low = middle + 1
        return steps[low]

    def _fits(self, slip: SlipPage, data: dict[str, Any], cut: Cut) -> bool:
        return len(self._compile(slip, data, cut, "png", _DRAFT_PPI)) == 1

    def _compile(self, slip: SlipPage, data: dict[str, Any], cut: Cut, fmt: Format, ppi: int) -> list[bytes]:
        made = self._compiler.compile(
            self._template,
            format=fmt,
            ppi=ppi,
            sys_inputs={"data": json.dumps(data | _cut(data, cut), ensure_ascii=False)},
            timestamp=int(slip.printed_at) // 1000,
        )
        return made if isinstance(made, list) else [made or b""]


def _data(slip: SlipPage, paper: Paper, lang: Language) -> dict[str, Any]:
    """The page as plain data in one language."""
    other: Language = "en" if lang == "hi" else "hi"
    width, height = _SIZE_MM[paper]
    plain: dict[str, Any] = _plain(slip, lang)
    return plain | {
        "words": _plain(words.LABELS, lang),
        "other": _plain(words.LABELS, other),
        "approach": _plain(words.APPROACH, lang),
        "lang": lang,
        "width": width,
        "height": height,
        "printed_at": f"{slip.printed_at.ist():%d-%m-%Y %H:%M}",
        "as_of": f"{slip.as_of.ist():%H:%M}",
        "qr": _qr(slip.qr),
    }


def _cut(data: dict[str, Any], cut: Cut) -> dict[str, Any]:
    """What changes in the data when something gives way, with counts of what is left out."""
    kept = {"alternatives": cut.alternatives, "contacts": cut.contacts, "reasons": cut.reasons}
    kept["hazards"] = len(data["hazards"]) if cut.hazards is None else cut.hazards
    left = {name: max(0, len(data[name]) - n) for name, n in kept.items()}
    scale = data["width"] / _SIZE_MM["A5"][0]
    return {name: data[name][:n] for name, n in kept.items()} | {"left": left, "size": cut.size * scale}


def _plain(value: Any, lang: Language) -> Any:
    if isinstance(value, Bilingual):
        return breakable(value.say(lang))
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, tuple):
        return [_plain(each, lang) for each in value]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name), lang) for each in fields(value)}
    if hasattr(value, "items"):
        return {key: _plain(each, lang) for key, each in value.items()}
    return value


def breakable(text: str) -> str:
    """The text with hidden break points in words no line could hold, so that nothing runs off the paper.

    Only between letters that stand for themselves: an akshara of Devanagari is never torn.
    """
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text)


def _qr(text: str) -> str:
    """An SVG; level M survives a fold or a smudge."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()
