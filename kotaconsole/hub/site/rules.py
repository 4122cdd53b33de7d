"""The settings of a site: their names, what they may be, and when a change takes effect.

Whoever sets one meets a sentence, never a hub that does not start at night because of a wrong value.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.settings import HubSettings

STUB_DAYS: Final = 7
"""A unit that handed a case on keeps a stub of it so long after the closing; the case has to outlive its stubs."""
VERSION: Final = re.compile(r"[0-9]+(\.[0-9]+){0,3}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


class Unfit(ValueError):
    """A value a setting cannot have, with the sentence that says so."""

    def __init__(self, sentence: Bilingual) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Rule:
    """One setting.

    Attributes:
        name: on the command line and in the database. says: what it is. form: what it may be.
        live: a running hub follows it within seconds; otherwise from its next start.
        read: from words of the command line to the stored value. fits: raises `Unfit` for a stored value that is out
            of bounds. put: the settings with it. get: its value now.
    """

    name: str
    says: Bilingual
    form: Bilingual
    live: bool
    read: Callable[[Sequence[str]], Any]
    fits: Callable[[Any], None]
    put: Callable[[HubSettings, Any], HubSettings]
    get: Callable[[HubSettings], Any]


def _whole(name: str, words: Sequence[str], least: int, most: int) -> int:
    if len(words) != 1 or _NUMBER.fullmatch(words[0]) is None:
        raise _bounds(name, least, most)
    return int(words[0])


def _bounds(name: str, least: int, most: int) -> Unfit:
    return Unfit(
        Bilingual(
            en=f"{name} is a whole number from {least} to {most}.",
            hi=f"{name} {least} से {most} तक की पूर्ण संख्या है।",
        )
    )


def _number(name: str, says: Bilingual, least: int, most: int, *, room: str, field: str, live: bool = True) -> Rule:
    """A whole number in one of the parts of the settings."""

    def fits(value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _bounds(name, least, most)

    form = _say(f"{least} to {most}", f"{least} से {most}")
    return Rule(
        name, says, form, live, lambda words: _whole(name, words, least, most), fits,
        lambda settings, value: _put(settings, room, field, value), lambda settings: _get(settings, room, field),
    )  # fmt: skip


def _put(settings: HubSettings, room: str, field: str, value: Any) -> HubSettings:
    if room == "limits":
        return replace(settings, limits=replace(settings.limits, **{field: value}))
    if room == "times":
        return replace(settings, site=replace(settings.site, times=replace(settings.site.times, **{field: value})))
    return replace(settings, site=replace(settings.site, **{field: value}))


def _get(settings: HubSettings, room: str, field: str) -> Any:
    holder = {"limits": settings.limits, "times": settings.site.times, "site": settings.site}[room]
    return getattr(holder, field)


def _program(words: Sequence[str]) -> list[str]:
    _is_program(list(words))
    return list(words)


def _is_program(value: Any) -> None:
    """A program that is there and may be run: at three at night is too late to find out."""
    words = value if isinstance(value, list) and all(isinstance(word, str) for word in value) else []
    if not words or not Path(words[0]).is_absolute() or not os.access(words[0], os.X_OK) or Path(words[0]).is_dir():
        raise Unfit(
            Bilingual(
                en="on-nobody-listening is a program by its whole path, which this user may run, and its arguments.",
                hi="on-nobody-listening पूरे पथ वाला ऐसा प्रोग्राम है जिसे यह उपयोगकर्ता चला सकता है, और उसके तर्क।",
            )
        )


def _stored_program(value: Any) -> None:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise Unfit(Bilingual(en="on-nobody-listening is a list of words.", hi="on-nobody-listening शब्दों की सूची है।"))


def _version(words: Sequence[str]) -> str:
    value = words[0] if len(words) == 1 else ""
    _is_version(value)
    return value


def _is_version(value: Any) -> None:
    if not isinstance(value, str) or VERSION.fullmatch(value) is None:
        raise Unfit(Bilingual(en="min-console is a version such as 0.2.0.", hi="min-console एक संस्करण है, जैसे 0.2.0।"))


def _say(en: str, hi: str) -> Bilingual:
    return Bilingual(en=en, hi=hi)


RULES: Final[tuple[Rule, ...]] = (
    _number("escalate-1", _say("seconds until an unacknowledged alarm calls the supervisor",
            "इतने सेकंड बाद बिना स्वीकृति का अलार्म पर्यवेक्षक को बुलाता है"), 10, 600, room="times", field="escalate_1"),
    _number("escalate-2", _say("seconds until it calls every console of the unit and of the one above",
            "इतने सेकंड बाद वह इकाई और ऊपर की इकाई के हर कंसोल को बुलाता है"), 20, 1200, room="times",
            field="escalate_2"),
    _number("act", _say("seconds an acknowledged case may wait for an action",
            "स्वीकृत प्रकरण कार्रवाई के लिए इतने सेकंड रुक सकता है"), 60, 3600, room="times", field="act"),
    _number("transfer", _say("seconds a transfer may wait for its acceptance",
            "हस्तांतरण स्वीकृति के लिए इतने सेकंड रुक सकता है"), 60, 3600, room="times", field="transfer"),
    _number("recheck-unit", _say("seconds a recheck sounds at its holder only",
            "पुनः जाँच इतने सेकंड केवल धारक के पास बजती है"), 10, 600, room="times", field="recheck_unit"),
    _number("contact-check", _say("seconds between two reminders of a case accepted by phone",
            "फ़ोन पर स्वीकृत प्रकरण की दो याद दिलाने के बीच सेकंड"), 60, 7200, room="times", field="contact_check"),
    _number("unattended", _say("seconds a unit may be without a listening console",
            "इकाई इतने सेकंड बिना सुनने वाले कंसोल के रह सकती है"), 15, 600, room="site", field="unattended_s"),
    _number("nobody-repeat", _say("seconds until on-nobody-listening is run again",
            "इतने सेकंड बाद on-nobody-listening फिर चलता है"), 60, 86_400, room="site", field="nobody_repeat_s"),
    _number("flood-flags", _say("more flags than these within flood-window are a flood",
            "flood-window में इससे अधिक सूचनाएँ बाढ़ हैं"), 2, 1000, room="site", field="flood_flags"),
    _number("flood-window", _say("seconds of flood-flags", "flood-flags के सेकंड"), 60, 3600, room="site",
            field="flood_window_s"),
    _number("supervisor-away", _say("seconds without a supervisor, after which an operator may close alone",
            "पर्यवेक्षक के बिना इतने सेकंड बाद ऑपरेटर अकेले बंद कर सकता है"), 60, 86_400, room="site",
            field="supervisor_away_s"),
    _number("retained-days", _say("days a closed case is kept", "बंद प्रकरण इतने दिन रखा जाता है"), STUB_DAYS + 1, 3650,
            room="site", field="retained_days"),
    _number("retention-hour", _say("hour of the day (IST) at which old cases are pruned",
            "दिन का घंटा (IST) जब पुराने प्रकरण हटाए जाते हैं"), 0, 23, room="site", field="retention_hour"),
    _number("closed-days", _say("days a closed case stays in the consoles' list",
            "बंद प्रकरण इतने दिन कंसोल की सूची में रहता है"), 0, 30, room="limits", field="closed_days"),
    _number("access-life", _say("seconds an access token lives", "एक्सेस टोकन इतने सेकंड चलता है"), 60, 3600,
            room="limits", field="access_s", live=False),
    _number("refresh-life", _say("seconds an unused session lives", "बिना उपयोग का सत्र इतने सेकंड चलता है"), 3600,
            172_800, room="limits", field="refresh_s", live=False),
    Rule("min-console", _say("oldest console version whose commands are taken",
         "सबसे पुराना कंसोल संस्करण जिसके आदेश लिए जाते हैं"),
         _say("a version such as 0.2.0", "संस्करण, जैसे 0.2.0"), True, _version, _is_version,
         lambda settings, value: settings if settings.min_console else replace(settings, min_console=value),
         lambda settings: settings.min_console),
    Rule("on-nobody-listening", _say("program that is run when nobody listens anywhere",
         "प्रोग्राम जो तब चलता है जब कहीं कोई नहीं सुन रहा"),
         _say("whole path, then arguments", "पूरा पथ, फिर तर्क"), True, _program, _stored_program,
         lambda settings, value: replace(settings, site=replace(settings.site, on_nobody_listening=tuple(value))),
         lambda settings: list(settings.site.on_nobody_listening)),
)  # fmt: skip
"""All settings, in the order in which they are shown."""


def rule(name: str) -> Rule:
    """The setting of a name.

    Raises:
        EnvironmentFault: `hub-setting-unknown`.
    """
    found = next((one for one in RULES if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in RULES)
        raise EnvironmentFault(
            "hub-setting-unknown",
            Bilingual(
                en=f"There is no setting of this name. Nothing was changed. The settings are: {known}.",
                hi=f"इस नाम की कोई सेटिंग नहीं है। कुछ भी बदला नहीं गया। सेटिंग ये हैं: {known}।",
            ),
        )
    return found


def applied(settings: HubSettings, stored: Mapping[str, Any]) -> HubSettings:
    """The settings with what the site has stored.

    Raises:
        Unfit: a value is out of bounds, or two do not go together.
    """
    for one in RULES:
        if one.name in stored:
            one.fits(stored[one.name])
            settings = one.put(settings, stored[one.name])
    _together(settings)
    return settings


def _together(settings: HubSettings) -> None:
    times, site = settings.site.times, settings.site
    first, second = times.escalate_1, times.escalate_2
    if second <= first:
        raise Unfit(
            _say(
                f"escalate-2 has to be later than escalate-1, and {second:g} s is not later than {first:g} s.",
                f"escalate-2 का समय escalate-1 के बाद होना चाहिए, और {second:g} से॰ {first:g} से॰ के बाद नहीं है।",
            )
        )
    kept, listed = site.retained_days, settings.limits.closed_days
    if kept <= listed:
        raise Unfit(
            _say(
                f"retained-days has to be more than closed-days, and {kept:g} is not more than {listed:g}.",
                f"retained-days closed-days से अधिक होना चाहिए, और {kept:g} {listed:g} से अधिक नहीं है।",
            )
        )
