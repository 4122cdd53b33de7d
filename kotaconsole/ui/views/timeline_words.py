"""What happened to a case, one line each: the event in the operator's words and what there is to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeGuard

from PySide6.QtCore import QCoreApplication

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.listing import CaseView, TimelineEntry
from kotaconsole.ui import text, words
from kotaconsole.ui.views.lines import Line

Data = Mapping[str, Any]
_SHOWN_EVENTS: Final = 100
"""Latest entries of a timeline that are laid out; a number of the earlier ones is said."""


class TimelineWords:
    """Says a timeline in the language in force.

    Attributes:
        unit: a unit's name by its code.
    """

    def __init__(self, unit: Callable[[str | None], str]) -> None:
        self.unit = unit
        self._revealed = False

    def tr(self, source: str) -> str:
        """A phrase in the language in force."""
        return QCoreApplication.translate("TimelineWords", source)

    def lines(self, view: CaseView, *, revealed: bool) -> list[Line]:
        """Everything that happened, newest last, each with where it is kept; numbers whole only when revealed."""
        self._revealed = revealed
        shown = view.timeline[-_SHOWN_EVENTS:]
        lines = [self._entry(entry) for entry in shown]
        if len(view.timeline) > len(shown):
            earlier = self.tr("%1 earlier entries").replace("%1", str(len(view.timeline) - len(shown)))
            lines.insert(0, Line("", earlier))
        return lines

    def _entry(self, entry: TimelineEntry) -> Line:
        data: Data = {}
        if entry.event is not None:
            data = entry.event.data
        elif entry.entry is not None:
            data = entry.entry.payload
        meaning = {"hub": "", "pending": self.tr("not yet sent"), "refused": self.tr("refused")}[entry.mark]
        said = (entry.by, *self._own(entry.kind, data), *self._common(data))
        rest = " · ".join(text.display(part) for part in said if part)
        return Line(
            text.clock(entry.at), words.word(words.EVENT, entry.kind), rest, entry.mark, meaning,
            text.date_and_time(entry.at),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------ what all may carry
    def _common(self, data: Data) -> Iterator[str]:
        for name, of in (("code", words.OUTCOME), ("status", words.SLIP_STATUS), ("level", words.LEVEL)):
            if isinstance(data.get(name), str):
                yield words.word(of, data[name])
        for name in ("unit", "to"):
            if isinstance(data.get(name), str) and not _is_case(data[name]):
                yield self.unit(data[name])
        if isinstance(data.get("in_person"), bool):
            yield self.tr("in person") if data["in_person"] else self.tr("not in person")
        yield from _texts(data, "rank", "person", "who", "text", "summary", "plan", "reason")
        if data.get("superseded") is True:
            yield self.tr("kept only: the case had gone on")
        if data.get("review") is True:
            yield self.tr("without a supervisor: to be reviewed")

    # ------------------------------------------------------------------------------------------ what some carry
    def _own(self, kind: str, data: Data) -> Iterator[str]:
        says = {
            "escalated": self._escalated, "realarmed": self._realarmed, "called": self._called, "call": self._called,
            "updated": self._updated, "update": self._updated, "assessed": self._assessed, "assess": self._assessed,
            "locating": self._locating, "locate": self._locating, "location_added": self._location,
            "add_location": self._location, "linked": self._linked, "link": self._linked, "split": self._split,
            "hold_changed": self._hold, "hold": self._hold, "slip": self._slip,
        }.get(kind)  # fmt: skip
        return iter(()) if says is None else says(data)

    def _escalated(self, data: Data) -> Iterator[str]:
        yield self.tr("second stage") if data.get("stage") == 2 else self.tr("first stage")
        if data.get("of") == "transfer":
            yield self.tr("at the unit that was asked to take it")

    def _realarmed(self, data: Data) -> Iterator[str]:
        yield {
            "no_action": self.tr("no step was taken for five minutes"),
            "recheck": self.tr("the trace is due to be looked at"),
            "transfer_not_accepted": self.tr("the other unit has not accepted"),
            "contact_check": self.tr("accepted by phone: ask whether contact was made"),
        }.get(str(data.get("why")), str(data.get("why") or ""))

    def _called(self, data: Data) -> Iterator[str]:
        if isinstance(data.get("whom"), str):
            yield words.word(words.WHOM, data["whom"])
        if isinstance(data.get("number"), str):
            yield data["number"] if self._revealed else text.mask_number(data["number"]) or ""
        yield from _texts(data, "result")

    def _updated(self, data: Data) -> Iterator[str]:
        """Which details, not what they are now: they stand above, masked where they have to be."""
        changes = data.get("set")
        fields = [str(one.get("field")) for one in changes if isinstance(one, dict)] if _is_list(changes) else []
        yield ", ".join(words.word(words.FIELD, field.partition(".")[2] or field) for field in fields)

    def _assessed(self, data: Data) -> Iterator[str]:
        if isinstance(data.get("urgency"), str):
            yield words.word(words.URGENCY, data["urgency"])
        signals = data.get("signals")
        if _is_list(signals):
            yield words.words(words.SIGNAL, tuple(str(signal) for signal in signals))

    def _locating(self, data: Data) -> Iterator[str]:
        if isinstance(data.get("recheck_at"), str):
            due = _moment(data["recheck_at"])
            yield self.tr("look again at %1").replace("%1", text.clock(due)) if due is not None else ""
        elif isinstance(data.get("recheck_minutes"), int):
            yield self.tr("look again in %1 min").replace("%1", str(data["recheck_minutes"]))

    def _location(self, data: Data) -> Iterator[str]:
        place = data.get("location")
        if isinstance(place, dict):
            if isinstance(place.get("kind"), str):
                yield words.word(words.PLACE_KIND, place["kind"])
            yield from _texts(place, "text", "pincode")

    def _linked(self, data: Data) -> Iterator[str]:
        if isinstance(data.get("kind"), str):
            yield words.word(words.LINK, data["kind"])

    def _split(self, data: Data) -> Iterator[str]:
        references = data.get("references")
        if _is_list(references):
            yield self.tr("flags: %1").replace("%1", ", ".join(str(reference) for reference in references))

    def _hold(self, data: Data) -> Iterator[str]:
        yield self.tr("on") if data.get("on") else self.tr("off")

    def _slip(self, data: Data) -> Iterator[str]:
        yield from _texts(data, "number")


def _texts(data: Data, *names: str) -> Iterator[str]:
    for name in names:
        if isinstance(data.get(name), str):
            yield data[name]


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple)


def _is_case(value: str) -> bool:
    """A case's id, which says nothing to a person, and not a unit's code."""
    return len(value) == 36 and value.count("-") == 4


def _moment(value: str) -> Instant | None:
    try:
        return Instant.parse(value)
    except ValueError:
        return None
