"""`kotaconsole doctor`: looks at everything a desk needs before a night begins, and changes nothing.

Each part is looked at by the same means by which the console uses it, and told with the console's own sentence. It may
run beside the console: the sound is asked by a second sounder, which plays nothing.
"""

from __future__ import annotations

import queue
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kotaconsole.alarm import reasons
from kotaconsole.alarm.sounder_link import Heard, Sounder, SounderLink, SounderOptions
from kotaconsole.api.client import HubClient
from kotaconsole.app import refusals
from kotaconsole.app.findings import Finding, good, unknown, wrong
from kotaconsole.app.options import Options
from kotaconsole.domain.alarm import Audio
from kotaconsole.domain.clock import Clock
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault, ServerRefusal
from kotaconsole.domain.troubles import SKEW_LIMIT_S
from kotaconsole.store.examining import examine
from kotaconsole.system.credentials import find_key
from kotaconsole.system.paths import ProfileDirs, known_profile, resources
from kotaconsole.system.printing import CupsPrinter
from kotaconsole.system.settings import Settings, load
from kotaconsole.wire.bodies import Meta

SOUND_S: Final = 8.0
"""How long the sounder may take to say that it would be heard: a cold start with a waking device takes three."""
ROOM_MB: Final = 200
"""Free megabytes below which a desk is called full: a busy night writes some 20."""


def examine_desk(options: Options, clock: Clock) -> Iterator[Finding]:
    """Every part of a desk, one after the other, as soon as it is known. Thread: any; waits for disk and network."""
    settings = Settings()
    try:
        settings = load(options.config, {"hub.url": options.hub, "printing.queue": options.queue})
    except EnvironmentFault as fault:
        yield wrong("settings", fault)  # the rest is looked at as far as it goes without them
    else:
        yield good("settings", "The site's settings are in order.", "साइट की सेटिंग ठीक हैं।")
    yield from _kept(options.profile)
    yield from _hub(settings, clock)
    yield sound(SounderLink(SounderOptions(resources() / "sounds", settings.desk.language)), clock)
    yield _printer(settings.printing.queue)


def _kept(profile: Path | None) -> Iterator[Finding]:
    try:
        dirs = known_profile(profile)
        key = find_key("" if dirs is None else dirs.profile_id, () if dirs is None else dirs.databases)
    except EnvironmentFault as fault:
        yield wrong("keyring", fault)
        yield unknown("store", "The files of this desk could not be looked at without their key.",
                      "कुंजी के बिना इस डेस्क की फ़ाइलें देखी नहीं जा सकीं।")  # fmt: skip
        return
    if key is None or dirs is None:
        yield good("keyring", "The keyring answers. This desk has no key yet; the first start makes one.",
                   "की-रिंग उत्तर देती है। इस डेस्क की कुंजी अभी नहीं है; पहली बार शुरू होने पर बनती है।")  # fmt: skip
        yield good("store", "Nothing has been saved at this desk yet.", "इस डेस्क पर अभी कुछ भी सुरक्षित नहीं किया गया।")
        return
    yield good("keyring", "The keyring answers and has this desk's key.", "की-रिंग उत्तर देती है और उसमें इस डेस्क की कुंजी है।")
    yield _store(dirs, key)


def _store(dirs: ProfileDirs, key: bytes) -> Finding:
    free = shutil.disk_usage(dirs.root).free / 1_000_000
    if not dirs.outbox_db.exists():
        return good("store", "Nothing has been saved at this desk yet.", "इस डेस्क पर अभी कुछ भी सुरक्षित नहीं किया गया।",
                    free_mb=round(free))  # fmt: skip
    try:
        found = examine(dirs.outbox_db, key)
    except EnvironmentFault as fault:
        return wrong("store", fault, free_mb=round(free))
    figures = {"waiting": found.waiting, "refused": found.refused, "free_mb": round(free)}
    if free < ROOM_MB:
        return wrong("store", EnvironmentFault("disk-nearly-full", _NO_ROOM, f"{free:.0f} MB free"), **figures)
    return good(
        "store", f"The file of saved entries is whole. {found.waiting} entries wait to be sent to the hub.",
        f"सुरक्षित प्रविष्टियों की फ़ाइल पूरी है। {found.waiting} प्रविष्टियाँ हब को भेजी जानी हैं।", **figures,
    )  # fmt: skip


def _hub(settings: Settings, clock: Clock) -> Iterator[Finding]:
    began = clock.monotonic()
    try:
        meta = _asked(settings)
    except EnvironmentFault as fault:
        yield wrong("link", fault)
        yield unknown("clock", "The clock can be compared only with the hub's, and the hub did not answer.",
                      "घड़ी केवल हब की घड़ी से मिलाई जा सकती है, और हब ने उत्तर नहीं दिया।")  # fmt: skip
        return
    took = clock.monotonic() - began
    now = clock.now()
    try:
        refusals.check_version(meta)
    except EnvironmentFault as fault:
        yield wrong("link", fault, answer_ms=round(took * 1000))
    else:
        kind = ("training", "अभ्यास") if meta.training else ("live", "वास्तविक")
        yield good("link", f"The hub answers ({kind[0]}).", f"हब उत्तर देता है ({kind[1]})।", answer_ms=round(took * 1000))
    # the hub read its clock somewhere between question and answer
    skew = meta.server_time.seconds_since(now) + took / 2
    figures = {"hub_ahead_s": round(skew, 1)}
    if abs(skew) > SKEW_LIMIT_S:
        yield wrong("clock", EnvironmentFault("clock-wrong", _CLOCK, f"hub ahead by {skew:.1f} s"), **figures)
    else:
        yield good("clock", "The clock agrees with the hub's.", "घड़ी हब की घड़ी से मिलती है।", **figures)


def _asked(settings: Settings) -> Meta:
    if not settings.hub.url:
        raise refusals.no_hub()
    client = HubClient(settings.hub.url, ca_file=settings.hub.ca_file)
    try:
        return client.meta()
    except ServerRefusal as refusal:
        raise EnvironmentFault("hub-refuses", _REFUSES, f"{refusal.status} {refusal.code}") from refusal
    except ContractBreach as breach:
        raise EnvironmentFault("hub-not-understood", _STRANGE, str(breach)) from breach
    finally:
        client.close()


def sound(sounder: Sounder, clock: Clock, patience_s: float = SOUND_S) -> Finding:
    """Whether a burst would be heard, by the word of a sounder that was just started.

    Args:
        sounder: started and ended here.
        clock: measures the patience.
        patience_s: after it the last reason counts.
    """
    words: queue.SimpleQueue[Heard] = queue.SimpleQueue()
    until = clock.monotonic() + patience_s
    why = "not_yet"
    sounder.start(words.put, clock.monotonic())
    try:
        while (left := until - clock.monotonic()) > 0:
            try:
                heard = words.get(timeout=left)
            except queue.Empty:
                break
            for event in sounder.hear(heard, clock.monotonic()):
                if isinstance(event, Audio):
                    if event.ok:
                        return good("sound", "The alarm would be heard: samples flow, nothing is muted or too low.",
                                    "अलार्म सुनाई देगा: ध्वनि चल रही है, कुछ भी बंद या बहुत धीमा नहीं है।")  # fmt: skip
                    why = event.why
    finally:
        sounder.close()
    sentence = reasons.sentence(why)
    assert sentence is not None  # noqa: S101 - only the empty code of a good sound has none
    return wrong("sound", EnvironmentFault(f"sound-{why.replace('_', '-')}", sentence))


def _printer(name: str) -> Finding:
    try:
        CupsPrinter().check(name)
    except EnvironmentFault as fault:
        return wrong("printer", fault)
    return good("printer", f"The print queue {name} takes slips.", f"प्रिंट क़तार {name} पर्चियाँ ले रही है।")


_NO_ROOM: Final = Bilingual(
    en="The disk of this desk is nearly full. What was saved is safe. Ask the administrator to make room before the"
    " shift goes on: a full disk saves nothing more.",
    hi="इस डेस्क की डिस्क लगभग भर गई है। पहले का सुरक्षित है। पारी आगे बढ़ने से पहले प्रशासक से जगह बनवाएँ: भरी डिस्क पर आगे कुछ भी"
    " सुरक्षित नहीं होता।",
)
_CLOCK: Final = Bilingual(
    en="This computer's clock differs from the hub's. Nothing is lost, and the order of cases does not depend on it,"
    " but the times you see are wrong. Ask the administrator to set the clock.",
    hi="इस कंप्यूटर की घड़ी हब की घड़ी से अलग है। कुछ भी नहीं खोया, और प्रकरणों का क्रम इस पर निर्भर नहीं, पर दिखने वाले समय ग़लत हैं।"
    " प्रशासक से घड़ी ठीक करवाएँ।",
)
_REFUSES: Final = Bilingual(
    en="The hub is there but does not serve now. What was saved at this desk is safe. Watch the hub's own messages and"
    " call its administrator.",
    hi="हब मौजूद है पर अभी सेवा नहीं दे रहा। इस डेस्क पर सुरक्षित किया सब कुछ सुरक्षित है। हब के संदेश देखें और उसके प्रशासक को बुलाएँ।",
)
_STRANGE: Final = Bilingual(
    en="What answers at the hub's address does not speak as a hub does. Nothing was sent to it. Ask the administrator"
    " to check the address (hub.url).",
    hi="हब के पते पर जो उत्तर देता है वह हब की तरह नहीं बोलता। उसे कुछ भी नहीं भेजा गया। प्रशासक से पता (hub.url) जाँचने को कहें।",
)
