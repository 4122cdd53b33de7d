"""The site's settings: one schema, read once at the start, frozen from then on.

Built-in defaults < the machine's site file < `--config FILE` < command line. Whatever is wrong is told with file,
line and key before anything is opened, because a desk that starts with half its settings rings at half the times.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from kotaconsole.domain.errors import Bilingual, EnvironmentFault, Language

Reader = Callable[[object, Path], Any]


class _Wrong(Exception):
    """What is the matter with one value; the caller adds where it stands."""

    def __init__(self, what: Bilingual) -> None:
        super().__init__(what.en)
        self.what = what


def _by(read: Reader) -> dict[str, Reader]:
    """What a schema field carries: the reader of its value."""
    return {"read": read}


# ---------------------------------------------------------------------------------------------------- readers


def _text(most: int) -> Reader:
    def read(value: object, _base: Path) -> str:
        if not isinstance(value, str) or len(value) > most or not value.isprintable():
            raise _Wrong(
                Bilingual(f"must be text of at most {most} characters", f"में अधिक से अधिक {most} अक्षरों का पाठ चाहिए")
            )
        return value.strip()

    return read


def _number(low: float, high: float) -> Reader:
    def read(value: object, _base: Path) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise _Wrong(
                Bilingual(f"must be a number from {low:g} to {high:g}", f"में {low:g} से {high:g} तक की संख्या चाहिए")
            )
        return float(value)

    return read


def _one_of(*allowed: str) -> Reader:
    listed = ", ".join(allowed)

    def read(value: object, _base: Path) -> str:
        if value not in allowed:
            raise _Wrong(Bilingual(f"must be one of {listed}", f"में इनमें से एक चाहिए: {listed}"))
        return str(value)

    return read


def _file(value: object, base: Path) -> Path | None:
    """A file; a relative name counts from the folder of the settings file it stands in."""
    if value == "":
        return None
    if not isinstance(value, str):
        raise _Wrong(Bilingual("must be the name of a file", "में फ़ाइल का नाम चाहिए"))
    path = base / Path(value).expanduser()
    if not path.is_file():
        raise _Wrong(Bilingual("names a file that is not there", "में दी गई फ़ाइल नहीं मिली"))
    return path


def _hub_url(value: object, _base: Path) -> str:
    """An https address; plain http carries case data in the clear, so it is for this machine alone."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        good = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, good = urlsplit(""), False
    if not good or parts.username or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        raise _Wrong(Bilingual("must be an address like https://hub.example", "में https://hub.example जैसा पता चाहिए"))
    if parts.scheme == "http" and not _loopback(parts.hostname or ""):
        raise _Wrong(
            Bilingual("must begin with https:// (plain http only on this computer)", "https:// से शुरू होना चाहिए")
        )
    return parts.geturl().rstrip("/")


def _loopback(host: str) -> bool:
    # only a plain http address asks this: 1 ms that other desks' windows need not wait for
    from ipaddress import ip_address  # noqa: PLC0415

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_QUEUE: Final = re.compile(r"[^\s/#\x00-\x20\x7f-][^\s/#\x00-\x20\x7f]{0,126}")


def _queue(value: object, _base: Path) -> str:
    """A print queue's name as CUPS allows it: printable, without space, slash or hash, no leading dash."""
    if not isinstance(value, str) or (value and not _QUEUE.fullmatch(value)):
        raise _Wrong(Bilingual("must be the name of a print queue", "में प्रिंट क़तार का नाम चाहिए"))
    return value


# ---------------------------------------------------------------------------------------------------- schema


@dataclass(frozen=True, slots=True)
class Hub:
    """Where the hub is. url "" = none is set, and the sign-in says so."""

    url: str = field(default="", metadata=_by(_hub_url))
    ca_file: Path | None = field(default=None, metadata=_by(_file))


@dataclass(frozen=True, slots=True)
class Link:
    """The feed's times, in seconds.

    Attributes:
        wait: what a long poll asks for; bounded, so that a quiet link is proved alive well inside 15 s.
        presence: pause between two reports of this desk to the hub.
    """

    wait: float = field(default=8.0, metadata=_by(_number(1, 10)))
    presence: float = field(default=10.0, metadata=_by(_number(5, 25)))


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alarm's times, in seconds; bounded so that no setting can silence a flag.

    Attributes:
        repeat: from one burst to the next while anything is unacknowledged. A burst lasts 3.4 s.
        repeat_escalated: the same for a case that nobody answered in time.
        trouble: from one call to the next while the link is lost, or another desk is silent.
        trouble_seen: the same once a person has said that they have seen it.
        pause: the longest pause of what sounds; there is no mute.
    """

    repeat: float = field(default=10.0, metadata=_by(_number(4, 15)))
    repeat_escalated: float = field(default=6.0, metadata=_by(_number(4, 10)))
    trouble: float = field(default=10.0, metadata=_by(_number(5, 15)))
    trouble_seen: float = field(default=60.0, metadata=_by(_number(15, 120)))
    pause: float = field(default=120.0, metadata=_by(_number(10, 120)))


@dataclass(frozen=True, slots=True)
class Printing:
    """The queue of the slips ("" = none, the operator is told so) and the paper in it."""

    queue: str = field(default="", metadata=_by(_queue))
    paper: str = field(default="A5", metadata=_by(_one_of("A5", "A4")))


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre that stands on each slip, and the number a station officer calls back."""

    name_en: str = field(default="Abhay Command Centre, Kota", metadata=_by(_text(80)))
    name_hi: str = field(default="अभय कमांड सेंटर, कोटा", metadata=_by(_text(80)))
    callback: str = field(default="", metadata=_by(_text(40)))

    @property
    def name(self) -> Bilingual:
        """The name in both languages."""
        return Bilingual(en=self.name_en, hi=self.name_hi)


@dataclass(frozen=True, slots=True)
class Desk:
    """How the window looks until an operator chooses, and the age in seconds from which a place counts as stale."""

    language: Language = field(default="hi", metadata=_by(_one_of("hi", "en")))
    theme: str = field(default="light", metadata=_by(_one_of("light", "night")))
    stale_after: float = field(default=900.0, metadata=_by(_number(60, 7200)))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a site may set."""

    hub: Hub = Hub()
    link: Link = Link()
    alarm: Alarm = Alarm()
    printing: Printing = Printing()
    centre: Centre = Centre()
    desk: Desk = Desk()


# ---------------------------------------------------------------------------------------------------- reading


def site_file() -> Path:
    """The machine's own settings file, whether or not it exists."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "kotaconsole" / "site.toml"
    return Path("/etc/kotaconsole/site.toml")


def load(config: Path | None = None, given: Mapping[str, object] | None = None, site: Path | None = None) -> Settings:
    """Read the settings, later sources over earlier ones.

    Args:
        config: the file `--config` names; it must exist.
        given: what the command line says, as {"hub.url": value}; None values count as not given.
        site: the machine's file, by default `site_file()`; it may be absent.

    Raises:
        EnvironmentFault: `settings-wrong`; its sentence names the file, the line and the key.
    """
    machine = site or site_file()
    files = [file for file in (machine if machine.exists() else None, config) if file is not None]
    settings, sources = Settings(), [_Source(None, "", Path.cwd())]
    for file in files:
        source = _read(file)
        settings = _merge(settings, _parse(source), source)
        sources.insert(0, source)
    for dotted, value in (given or {}).items():
        if value is not None:
            section, _, key = dotted.partition(".")
            settings = _merge(settings, {section: {key: value}}, sources[-1])
    return settings


@dataclass(frozen=True, slots=True)
class _Source:
    """Where values come from: a file with its text, or the command line (file None)."""

    file: Path | None
    text: str
    base: Path

    def fault(self, path: tuple[str, ...], what: Bilingual, line: int | None = None) -> EnvironmentFault:
        line = line or (line_of(self.text, path) if self.file else None)
        name = str(self.file) if self.file else ""
        en = [f"file {name}" if name else "command line", f"line {line}" if line else ""]
        hi = [f"फ़ाइल {name}" if name else "कमांड लाइन", f"पंक्ति {line}" if line else ""]
        key = ".".join(path)
        key_en, key_hi = (f"“{key}” ", f"“{key}” ") if key else ("", "")
        return EnvironmentFault(
            "settings-wrong",
            Bilingual(
                en=f"A setting is wrong ({', '.join(filter(None, en))}): {key_en}{what.en}. "
                "Nothing was started and nothing changed. Correct it, then start again.",
                hi=f"एक सेटिंग ग़लत है ({', '.join(filter(None, hi))}): {key_hi}{what.hi}। "
                "कुछ शुरू नहीं हुआ और कुछ नहीं बदला। उसे ठीक करके दोबारा शुरू करें।",
            ),
            f"{key or 'syntax'} line={line}",
        )


def _read(file: Path) -> _Source:
    try:
        return _Source(file, file.read_text("utf-8"), file.absolute().parent)
    except (OSError, UnicodeDecodeError) as problem:
        unreadable = Bilingual("the file cannot be read", "फ़ाइल पढ़ी नहीं जा सकी")
        raise _Source(file, "", file.parent).fault((), unreadable) from problem


def _parse(source: _Source) -> dict[str, Any]:
    # many desks have no file: 2 ms that their window need not wait for
    import tomllib  # noqa: PLC0415

    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"at line (\d+)", str(problem))
        line = int(found[1]) if found else source.text.count("\n") + 1
        wrong = Bilingual("this is not TOML", "यह TOML के नियम से नहीं लिखा है")
        raise source.fault((), wrong, line) from problem


def _merge(settings: Settings, values: Mapping[str, object], source: _Source) -> Settings:
    sections = {each.name for each in fields(Settings)}
    changed: dict[str, Any] = {}
    for name, content in values.items():
        if name not in sections or not isinstance(content, dict):
            raise source.fault((name,), Bilingual("is no section of the settings", "सेटिंग का कोई खंड नहीं है"))
        changed[name] = _merge_section(getattr(settings, name), name, content, source)
    return replace(settings, **changed)


def _merge_section(section: Any, name: str, content: Mapping[str, object], source: _Source) -> Any:
    known: dict[str, Field[Any]] = {each.name: each for each in fields(section)}
    changed: dict[str, Any] = {}
    for key, value in content.items():
        if key not in known:
            listed = ", ".join(known)
            unknown = Bilingual(f"is no known key (known: {listed})", f"कोई मान्य कुंजी नहीं है (मान्य: {listed})")
            raise source.fault((name, key), unknown)
        try:
            changed[key] = known[key].metadata["read"](value, source.base)
        except _Wrong as problem:
            raise source.fault((name, key), problem.what) from problem
    return replace(section, **changed)


_HEADER: Final = re.compile(r"\s*\[([^\[\]]+)\]")
_ENTRY: Final = re.compile(r"\s*([\w.\"' -]+?)\s*=")


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """The line, from 1, where a key of a TOML text stands; its section's or inline table's where it has no own."""
    table: tuple[str, ...] = ()
    best: tuple[int, int] | None = None
    quoted = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.count('"""') % 2 or line.count("'''") % 2:
            quoted = not quoted
        elif quoted:
            continue
        if header := _HEADER.match(line):
            table = here = _names(header[1])
        elif entry := _ENTRY.match(line):
            here = table + _names(entry[1])
        else:
            continue
        if path[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
