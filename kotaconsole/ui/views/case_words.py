"""A case as labelled values and lines of text: what the pane says, worked out without widgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QCoreApplication

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.listing import CaseRow, CaseView, best_place
from kotaconsole.domain.referral import Flag, Location, Referral, is_minor
from kotaconsole.ui import text, words
from kotaconsole.ui.context import Context
from kotaconsole.ui.views.lines import Fact, Line

_NO_BREAK: Final = "\u00a0"


class CaseWords:
    """Says one case in the language in force.

    Attributes:
        directory: where units get their names from.
        revealed: whether masked fields are open.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.directory: Directory | None = None
        self.revealed = False

    def tr(self, source: str) -> str:
        """A phrase in the language in force."""
        return QCoreApplication.translate("CaseWords", source)

    def unit(self, code: str | None) -> str:
        """A unit's name."""
        if code is None:
            return words.word(words.TERNARY, None)
        return self._context.languages.say(self.directory.name(code)) if self.directory else text.display(code)

    # ------------------------------------------------------------------------------------------ why this level
    def reviewer_notes(self, case: Referral) -> str:
        """What the platform's reviewers wrote, open and first: no rule reads it, so a person must."""
        notes = [text.display(flag.reviewer_note) for flag in case.flags if flag.reviewer_note]
        return self.tr("Reviewer: %1").replace("%1", " · ".join(dict.fromkeys(notes))) if notes else ""

    def why(self, case: Referral) -> str:
        """Every rule that matched, with its number and the revision of the rules."""
        said = []
        for reason in case.reasons:
            rule = self.tr("(rule %1, revision %2)").replace("%1", str(reason.rule)).replace("%2", str(reason.revision))
            said.append(f"{self._context.languages.say(reason.text)} {text.display(rule)}")
        if case.level_by_hand:
            said.append(self.tr("level set by a person"))
        reasons = " · ".join(said) or self.tr("no rule was sent")
        why = self.tr("Why %1:").replace("%1", case.level)
        return f"{why} {reasons}"

    def modifiers(self, row: CaseRow, case: Referral) -> str:
        """Circumstances that go with the level, as words."""
        minor = is_minor(case)
        said = [
            self.tr("not at the hub now: as it last stood, with what waits to be sent") if row.away else "",
            self.tr("training") if case.training and not self._context.desk.training else "",
            self.tr("minor") if minor == "yes" else "",
            self.tr("age unknown") if minor == "unknown" else "",
            self.tr("alone") if case.subject.alone == "yes" else "",
            self.tr("no location") if row.reach == "none" else "",
            self.tr("location stale") if row.stale_place else "",
            self.tr("account holder is another person") if row.holder_is_subject == "no" else "",
            self.tr("the family may be a source of harm") if case.subject.family_may_harm == "yes" else "",
            self.tr("earlier case on this account") if case.previous else "",
            self.tr("withdrawn by the source") if row.withdrawn else "",
            self.tr("late entry") if case.late_entry else "",
            self.tr("legal hold") if case.hold else "",
        ]
        return " · ".join(filter(None, said))

    # ------------------------------------------------------------------------------------------ facts
    def person(self, case: Referral) -> list[Fact]:
        """The person in distress, masked until revealed."""
        who, account = case.subject, case.account
        band = words.word(words.AGE_BAND, account.age_band)
        age = self.tr("%1 years").replace("%1", str(who.age)) if who.age is not None else band
        age_unknown = who.age is None and account.age_band == "unknown"
        sex = words.word(words.SEX, who.sex) if who.sex else ""
        # the account's number is the person's only where somebody said that they are one; unknown is not yes
        phone = who.phone or (account.phones[0] if account.phones and account.holder_is_subject == "yes" else None)
        facts = [
            self._masked(self.tr("Name"), who.name),
            self._fact(self.tr("Age"), self._join(age, sex), unknown=age_unknown and not sex),
            self._number(self.tr("Mobile"), phone),
            self._holder(case),
            self._ternary(self.tr("Alone"), who.alone),
            self._fact(self.tr("Language"), words.word(words.SPEECH, who.language), unknown=who.language is None),
            self._optional(self.tr("Hostel"), " · ".join(filter(None, (who.hostel, who.room)))),
            self._optional(self.tr("Institute"), who.institute),
            self._optional(self.tr("Warden"), who.warden),
            self._optional(self.tr("Home district"), self.unit(who.home_district) if who.home_district else None),
            self._masked(self.tr("Guardian"), who.guardian_name) if who.guardian_name else None,
            self._guardian_phone(case),
            self._ternary(self.tr("Family may harm"), who.family_may_harm),
            self._optional(self.tr("Take care"), who.hazards, tone="p2"),
        ]
        return [fact for fact in facts if fact is not None]

    def _guardian_phone(self, case: Referral) -> Fact | None:
        number = case.subject.guardian_phone
        if number is None:
            return None
        label = self.tr("Guardian's phone")
        risk = case.subject.family_may_harm
        if risk == "yes" or (risk == "unknown" and is_minor(case) != "no"):
            why = self.tr("(kept closed: ask whether the family may harm)")
            closed = f"{text.mask_number(number)} {why}"
            return Fact(label, closed, tone="p2")
        return self._number(label, number)

    def _holder(self, case: Referral) -> Fact:
        """Whose account was flagged: whoever calls its number has to know before."""
        is_subject = case.account.holder_is_subject
        tone = "p2" if is_subject == "no" else ""
        said = words.word(words.HOLDER, is_subject)
        return self._fact(self.tr("Account holder"), said, unknown=is_subject == "unknown", tone=tone)

    def account(self, case: Referral) -> list[Fact]:
        """The account that was flagged."""
        account = case.account
        facts = [
            self._masked(self.tr("Display name"), account.display_name),
            self._masked(self.tr("Handle"), account.handle),
            *(self._number(self.tr("Phone"), phone) for phone in account.phones[:4]),
        ]
        if self.revealed:
            facts.extend(Fact(self.tr("E-mail"), text.display(mail)) for mail in account.emails[:4])
            if account.url:
                facts.append(Fact(self.tr("Page"), text.display(account.url), copy=text.display(account.url)))
        return facts

    def place(self, view: CaseView, case: Referral) -> list[Fact]:
        """The best place, how far to trust it, and whose it is."""
        best = best_place(case)
        reach = words.word(words.REACH, view.row.reach)
        facts = [
            self._fact(self.tr("Best"), self._spot(best) if best else None, copy=self._point(best)),
            Fact(self.tr("Location"), self._join(reach, self._trust(best) if best else None)),
            Fact(self.tr("Unit"), self.unit(case.unit)),
            self._fact(self.tr("With"), text.display(case.holder.name) if case.holder else self.tr("nobody yet")),
            *self._on_its_way(case),
        ]
        if case.suggested:
            for candidate in case.suggested.candidates[:3]:
                why = self._context.languages.say(candidate.why)
                facts.append(Fact(self.tr("Suggested"), f"{self.unit(candidate.unit)} ({why})"))
        return facts

    def _on_its_way(self, case: Referral) -> Iterator[Fact]:
        """What is under way and must not be forgotten: a transfer, a receipt by phone, a trace."""
        if case.transfer is not None:
            clock = text.clock(case.transfer.since)
            if case.transfer.to == self._context.desk.operator.unit:
                since = self.tr("since %1, waits for you").replace("%1", clock)
                yield Fact(self.tr("Sent to us by"), self._join(self.unit(case.unit), since), tone="p1")
            else:
                since = self.tr("since %1, receipt awaited").replace("%1", clock)
                yield Fact(self.tr("Forwarded to"), self._join(self.unit(case.transfer.to), since), tone="p2")
        if case.by_phone is not None:
            told = case.by_phone
            yield Fact(
                self.tr("Accepted by phone"),
                self._join(self.unit(told.to), told.rank, told.person, text.clock(told.at)),
            )
        if case.locating is not None:
            again = case.locating.recheck_at
            due = self.tr("look again at %1").replace("%1", text.clock(again)) if again is not None else ""
            yield Fact(self.tr("Trace"), self._join(case.locating.plan, due))
        if case.suggested is not None and case.suggested.links:
            whys = (self._context.languages.say(link.why) for link in case.suggested.links[:3])
            yield Fact(self.tr("Perhaps one matter"), " · ".join(dict.fromkeys(whys)), tone="p2")

    def _spot(self, place: Location) -> str:
        named = text.display(place.text or place.pincode or "")
        if place.lat is not None and place.lon is not None:
            return f"{named} ({place.lat:.4f},{_NO_BREAK}{place.lon:.4f})".strip()
        return named or words.word(words.TERNARY, None)

    @staticmethod
    def _point(place: Location | None) -> str:
        """Coordinates as maps take them, with all the digits there are; else the words of the place."""
        if place is None:
            return ""
        if place.lat is not None and place.lon is not None:
            return f"{place.lat}, {place.lon}"
        return text.display(place.text or place.pincode or "")

    def _trust(self, place: Location) -> str:
        language, now = self._context.languages.language, self._context.desk.now()
        seen = place.observed_at
        old = text.duration_words(now.seconds_since(seen), language) if seen is not None else ""
        parts = (
            words.word(words.PLACE_KIND, place.kind),
            self.tr("radius %1").replace("%1", text.metres(place.radius_m, language) or self.tr("unknown")),
            self.tr("%1 old").replace("%1", old) if old else self.tr("age unknown"),
            self.tr("source: %1").replace("%1", text.display(place.source or self.tr("unknown"))),
        )
        return " · ".join(parts)

    # ------------------------------------------------------------------------------------------ lines
    def flags(self, case: Referral, *, opened: bool) -> list[Line]:
        """The red flags, newest last; what was posted only when opened."""
        lines = [line for flag in case.flags for line in self._flag(flag, opened=opened)]
        missing = case.flag_count - len(case.flags)
        if missing > 0:
            lines.insert(0, Line("", self.tr("%1 earlier flags at the hub").replace("%1", str(missing))))
        return lines

    def _flag(self, flag: Flag, *, opened: bool) -> Iterator[Line]:
        what = " · ".join((words.word(words.PLATFORM, flag.platform), words.word(words.FLAG_KIND, flag.kind)))
        said = [
            words.word(words.URGENCY, flag.urgency) if flag.urgency else "",
            words.words(words.SIGNAL, flag.signals) or self.tr("nothing stated"),
            self.tr("ref. %1").replace("%1", text.display(flag.reference)) if flag.reference else "",
            self.tr("posted %1").replace("%1", text.clock(flag.posted_at)) if flag.posted_at else "",
            self.tr("withdrawn %1").replace("%1", text.clock(flag.withdrawn_at)) if flag.withdrawn_at else "",
        ]
        yield Line(
            text.clock(flag.received_at), what, " · ".join(filter(None, said)), tip=text.date_and_time(flag.received_at)
        )
        for defect in flag.defects:
            yield Line("", self.tr("Unreadable part"), f"{text.display(defect.pointer)}: {text.display(defect.found)}")
        if opened:
            yield Line("", self.tr("Excerpt"), text.display(flag.excerpt) if flag.excerpt else self.tr("none was sent"))
            if flag.raw_excerpt:
                yield Line("", self.tr("As received"), text.display(flag.raw_excerpt))

    def places(self, case: Referral) -> list[Line]:
        """Every location candidate."""
        best = best_place(case)
        ordered = sorted(case.locations, key=lambda place: (place is not best, -(place.observed_at or Instant(0))))
        return [Line(self._when(place.observed_at), self._spot(place), self._trust(place)) for place in ordered]

    def informed(self, case: Referral) -> list[Line]:
        """Units that were told."""
        return [
            Line(text.clock(told.at), self.unit(told.unit), self._join(told.rank, told.person, told.phone))
            for told in case.informed
        ]

    def slips(self, case: Referral) -> list[Line]:
        """Slips that were made; void ones too."""
        return [
            Line(
                text.clock(slip.at),
                slip.number,
                f"{self.unit(slip.unit)} · {words.word(words.SLIP_STATUS, slip.status)}",
            )
            for slip in case.slips
        ]

    # ------------------------------------------------------------------------------------------ one value
    def _fact(self, label: str, value: str | None, *, unknown: bool = False, tone: str = "", copy: str = "") -> Fact:
        if value is None or unknown:
            return Fact(label, f"? {words.word(words.TERNARY, None)}", unknown=True)
        return Fact(label, value, tone=tone, copy=copy)

    def _optional(self, label: str, value: str | None, *, tone: str = "") -> Fact | None:
        return Fact(label, text.display(value), tone=tone) if value else None

    def _ternary(self, label: str, value: str) -> Fact:
        return self._fact(label, words.word(words.TERNARY, value), unknown=value == "unknown")

    def _masked(self, label: str, value: str | None) -> Fact:
        if value is None:
            return self._fact(label, None)
        return Fact(label, text.display(value) if self.revealed else text.mask(text.display(value)) or "")

    def _number(self, label: str, value: str | None) -> Fact:
        if value is None:
            return self._fact(label, None)
        if not self.revealed:
            return Fact(label, text.mask_number(value) or "")
        return Fact(label, text.display(value), copy=text.display(value))

    def _when(self, moment: Instant | None) -> str:
        return text.clock(moment) if moment is not None else "—"

    def _join(self, *parts: str | None) -> str:
        return " · ".join(text.display(part) for part in parts if part)
