"""The way to the hub as the operator must see it: live only on a valid, recent answer of a hub whose heart beats.

A machine of its own, told of every answer and every failure, and asked again as time passes. It never touches the
alarms. Times are monotonic seconds, told by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual

LinkStatus = Literal["connecting", "live", "degraded", "lost"]

LOST_AFTER_S: Final = 15.0
"""Age of the data at which it is no longer live. A quiet feed is asked every 8 s, so two questions went unanswered."""
FROZEN_AFTER_S: Final = 4.0
"""A hub moves its beat every 2 s; the same beat this long apart means that it answers but no longer works."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """What is known of the link.

    Attributes:
        since: when `status` became what it is (wall clock).
        last_good: monotonic moment of the last answer that proves live data.
        why: what to tell the operator while it is not live.
        skew_s: the hub's clock minus ours, in seconds.
        beat: the last beat heard; beat_since: when it was first heard.
    """

    status: LinkStatus
    since: Instant
    last_good: float | None = None
    why: Bilingual | None = None
    skew_s: float = 0.0
    beat: int | None = None
    beat_since: float = 0.0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the hub that a person has to pass on; work goes on meanwhile.

    Attributes:
        technical: for whoever it is passed on to.
    """

    sentence: Bilingual
    technical: str = ""


@dataclass(frozen=True, slots=True)
class Besides:
    """What a person has to know of the hub although the link may live.

    Attributes:
        notice: what was found out about the hub, until the sync ends.
        no_directory: why there is no new list of units, although one came.
        unsent: why nothing that was saved goes out, although the hub answers.
    """

    notice: Notice | None = None
    no_directory: Bilingual | None = None
    unsent: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class LinkView:
    """The link for the screen; whoever shows it counts the age of the data from `last_good` itself.

    Attributes:
        state: connecting, live, degraded (one question failed) or lost.
        since: when that began; the list is not live since then, or since `last_good`.
        last_good: monotonic seconds of the last proof of live data.
        why: what happened, what is safe, what to do.
        skew_s: the hub's clock minus ours.
        to_send: commands saved here and not at the hub.
        besides: what has to be known although the link may live.
    """

    state: LinkStatus
    since: Instant
    last_good: float | None
    why: Bilingual | None
    skew_s: float
    to_send: int
    besides: Besides = Besides()

    @property
    def notice(self) -> Notice | None:
        """What was found out about the hub."""
        return self.besides.notice

    @property
    def signed_out(self) -> bool:
        """Whether nothing comes because the sign-in has ended: somebody has to sign in again."""
        return self.state == "lost" and self.why == SIGNED_OUT


def begun(wall: Instant) -> LinkState:
    """Nothing was asked yet."""
    return LinkState("connecting", wall)


def answered(state: LinkState, *, beat: int, server_time: Instant, now: float, wall: Instant) -> LinkState:
    """A valid answer came. It proves live data unless the hub's beat stands still."""
    skew = server_time.seconds_since(wall)
    if beat == state.beat and now - state.beat_since > FROZEN_AFTER_S:
        return replace(_to(state, "lost", wall, FROZEN), skew_s=skew)
    since = state.beat_since if beat == state.beat else now
    return replace(_to(state, "live", wall, None), last_good=now, skew_s=skew, beat=beat, beat_since=since)


def failed(state: LinkState, why: Bilingual, *, grave: bool, now: float, wall: Instant) -> LinkState:
    """A question got no usable answer.

    Args:
        state: before it.
        why: what to tell the operator.
        grave: no waiting can make it right (refused pages, a wrong certificate, a session that ended): lost at once.
        now: monotonic seconds.
        wall: the wall clock.
    """
    if grave or state.last_good is None or state.status == "lost" or _age(state, now) > LOST_AFTER_S:
        # before the first answer of this run the list is of an earlier one: it was never live
        return _to(state, "lost", wall, why)
    return _to(state, "degraded", wall, why)


def passed(state: LinkState, *, now: float, wall: Instant) -> LinkState:
    """Time has passed; ask at least once a second, also when the thread that polls hangs."""
    if state.status in ("live", "degraded") and _age(state, now) > LOST_AFTER_S:
        return _to(state, "lost", wall, state.why or SILENT)
    return state


def view(state: LinkState, to_send: int, besides: Besides = Besides()) -> LinkView:
    """The state as the screen needs it."""
    return LinkView(state.status, state.since, state.last_good, state.why, state.skew_s, to_send, besides)


def _age(state: LinkState, now: float) -> float:
    return float("inf") if state.last_good is None else now - state.last_good


def _to(state: LinkState, status: LinkStatus, wall: Instant, why: Bilingual | None) -> LinkState:
    since = state.since if status == state.status else wall
    return replace(state, status=status, since=since, why=why)


FROZEN: Final = Bilingual(
    en="The hub answers but stands still, so new red flags may be missing here. What you have saved is safe. "
    "Take new red flags by phone and call the administrator.",
    hi="हब उत्तर देता है पर रुका हुआ है, इसलिए नए रेड फ्लैग यहाँ छूट सकते हैं। आपका सुरक्षित किया सब कुछ सुरक्षित है। "
    "नए रेड फ्लैग फ़ोन से लें और प्रशासक को बुलाएँ।",
)
SILENT: Final = Bilingual(
    en="Nothing has come from the hub for 15 seconds, so the list may be out of date. What you have saved is safe and "
    "is sent by itself. Check the network; take new red flags by phone until the link is back.",
    hi="हब से 15 सेकंड से कुछ नहीं आया, इसलिए सूची पुरानी हो सकती है। आपका सुरक्षित किया सब कुछ सुरक्षित है और अपने आप भेजा जाएगा। "
    "नेटवर्क जाँचें; संपर्क लौटने तक नए रेड फ्लैग फ़ोन से लें।",
)
REFUSED_PAGE: Final = Bilingual(
    en="The hub sent something unreadable, which was not used: the list stays as it was and may be out of date. What "
    "you have saved is safe. The console asks again by itself; if it lasts, call the administrator.",
    hi="हब ने कुछ ऐसा भेजा जो पढ़ा नहीं जा सका और काम में नहीं लिया गया: सूची पहले जैसी है और पुरानी हो सकती है। आपका सुरक्षित किया "
    "सब कुछ सुरक्षित है। कंसोल अपने आप फिर पूछता है; बना रहे तो प्रशासक को बुलाएँ।",
)
SIGNED_OUT: Final = Bilingual(
    en="The sign-in has ended, so nothing comes from the hub and nothing is sent. What you have saved is safe on this "
    "desk and waits. Sign in again.",
    hi="साइन-इन समाप्त हो गया है, इसलिए हब से न कुछ आता है न जाता है। आपका सुरक्षित किया सब कुछ इस डेस्क पर है और प्रतीक्षा में है। "
    "फिर से साइन इन करें।",
)
NOT_READABLE: Final = Bilingual(
    en="The hub does not give this desk its list. What you have saved is safe. Ask the administrator to check the "
    "account's unit and role.",
    hi="हब इस डेस्क को उसकी सूची नहीं दे रहा। आपका सुरक्षित किया सब कुछ सुरक्षित है। प्रशासक से खाते की यूनिट और भूमिका जाँचवाएँ।",
)
OUR_MISTAKE: Final = Bilingual(
    en="The console made a mistake while reading from the hub and tries again by itself. What you have saved is safe. "
    "If it lasts, start the console again and call the administrator.",
    hi="हब से पढ़ते समय कंसोल से गलती हुई और वह अपने आप फिर कोशिश करता है। आपका सुरक्षित किया सब कुछ सुरक्षित है। बना रहे तो कंसोल "
    "दोबारा शुरू करें और प्रशासक को बुलाएँ।",
)
BUSY: Final = Bilingual(
    en="The hub is busy and asks to wait a moment. What you have saved is safe and is sent by itself. "
    "Nothing is needed from you.",
    hi="हब व्यस्त है और थोड़ा रुकने को कहता है। आपका सुरक्षित किया सब कुछ सुरक्षित है और अपने आप भेजा जाएगा। आपको कुछ नहीं करना।",
)
TOO_OLD: Final = Bilingual(
    en="This console is too old for the hub, so nothing comes and nothing is sent. What you have saved is safe on "
    "this desk. Ask the administrator to install the new version; take red flags by phone until then.",
    hi="यह कंसोल हब के लिए बहुत पुराना है, इसलिए न कुछ आता है न जाता है। आपका सुरक्षित किया सब कुछ इस डेस्क पर है। "
    "प्रशासक से नया संस्करण लगवाएँ; तब तक रेड फ्लैग फ़ोन से लें।",
)
TOO_OLD_TO_SEND: Final = Bilingual(
    en="This console is too old for the hub: red flags still come, but nothing you do is sent. What you have saved is "
    "safe on this desk and waits. Ask the administrator to install the new version; tell others by phone until then.",
    hi="यह कंसोल हब के लिए बहुत पुराना है: रेड फ्लैग अब भी आते हैं, पर आपका किया कुछ नहीं भेजा जाता। आपका सुरक्षित किया सब कुछ इस डेस्क "
    "पर है और प्रतीक्षा में है। प्रशासक से नया संस्करण लगवाएँ; तब तक दूसरों को फ़ोन से बताएँ।",
)
DIRECTORY_UNREADABLE: Final = Bilingual(
    en="The list of units and phones came from the hub but could not be read, so it was not used; an older one stays, "
    "if there is one. All you have saved is safe. Tell the administrator; until then call units by the printed list.",
    hi="इकाइयों और फ़ोन की सूची हब से आई पर पढ़ी नहीं जा सकी, इसलिए काम में नहीं ली गई; इस डेस्क पर पुरानी हो तो वही रहेगी। आपका "
    "सुरक्षित किया सब कुछ सुरक्षित है। प्रशासक को बताएँ; तब तक छपी सूची से इकाइयों को फ़ोन करें।",
)
_DIRECTORY_IN_PART: Final = Bilingual(
    en="Entries of the hub's list of units, phones and helplines that could not be read and are missing here: {n}. "
    "The rest is in use, and all you have saved is safe. Tell the administrator; use the printed list for what is "
    "missing.",
    hi="हब की इकाई, फ़ोन और हेल्पलाइन सूची की जो प्रविष्टियाँ पढ़ी नहीं जा सकीं और यहाँ नहीं हैं: {n}। बाक़ी काम में है और आपका "
    "सुरक्षित किया सब कुछ सुरक्षित है। प्रशासक को बताएँ; जो नहीं है उसके लिए छपी सूची देखें।",
)


def directory_in_part(left_out: int) -> Notice:
    """So many entries of the directory could not be read."""
    n = str(left_out)
    return Notice(Bilingual(_DIRECTORY_IN_PART.en.format(n=n), _DIRECTORY_IN_PART.hi.format(n=n)))
