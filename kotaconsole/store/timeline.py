"""The timeline of a case: what the hub has, and what this desk wrote that the hub's events do not show yet."""

from __future__ import annotations

from collections.abc import Sequence

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.listing import CaseRow, TimelineEntry
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Event


def merged(events: Sequence[Event], entries: Sequence[Entry]) -> tuple[TimelineEntry, ...]:
    """Events in the hub's order; commands of this desk among them where they were entered, unsent ones last.

    Args:
        events: by version.
        entries: all commands of the case, by number; one whose event is among the events is left out.
    """
    at_hub = {event.command_id for event in events if event.command_id}
    # a look at masked fields is for the audit, not a step of the case
    ours = [entry for entry in entries if entry.command_id not in at_hub and entry.kind != "view"]
    lines: list[TimelineEntry] = []
    early = [entry for entry in ours if entry.fate != "queued"]
    for event in events:
        while early and early[0].entered_at < event.recorded_at:
            lines.append(_entry_line(early.pop(0)))
        lines.append(_event_line(event))
    lines += [_entry_line(entry) for entry in early]
    return (*lines, *(_entry_line(entry) for entry in ours if entry.fate == "queued"))


def unreadable_row(key: str, feed: str, at: Instant, through: int, *, ringing: bool) -> CaseRow:
    """The line of something nobody could read: on top, because it may be anything."""
    return CaseRow(
        key=key, number=None, level="P1", state="new", ringing=ringing, since=at, who=None, where=None, unit=feed,
        reach="none", minor="unknown", holder_is_subject="unknown", repeat=False, stale_place=False, unreadable=True,
        flags=0, holder=None, platform=None, training=False, version=through,
    )  # fmt: skip


def _event_line(event: Event) -> TimelineEntry:
    by = None if event.by is None else event.by.name
    return TimelineEntry(mark="hub", at=event.at, kind=event.kind, by=by, event=event)


def _entry_line(entry: Entry) -> TimelineEntry:
    mark = {"queued": "pending", "acked": "hub", "rejected": "refused"}[entry.fate]
    return TimelineEntry(mark=mark, at=entry.happened_at, kind=entry.kind, by=entry.author_name, entry=entry)  # type: ignore[arg-type]
