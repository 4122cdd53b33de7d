"""What all groups of the command line share: options, the opened file, and how things are said."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.words import COMMAND_LINE
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage.database import Database, file_of, present
from kotaconsole.hub.storage.writer import Transaction


@dataclass(frozen=True, slots=True)
class Opened:
    """The hub's file, opened by the command line."""

    database: Database
    settings: HubSettings
    directory: Directory
    now: Instant


def find_resources() -> Path:
    """The resources beside the package in a checkout, or inside it once installed."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "_resources"
    return inside if inside.is_dir() else package.parent / "resources"


def password_from(stream_line: str) -> str:
    """A password as it was piped in: one line without its end."""
    return stream_line.rstrip("\r\n")


def say(en: str, hi: str) -> None:
    """Tell what was done, in both languages."""
    print(Bilingual(en=en, hi=hi).both())


def fail(code: str, en: str, hi: str) -> EnvironmentFault:
    """A refusal of the command line."""
    return EnvironmentFault(code, Bilingual(en=en, hi=hi))


def shared_options(parser: argparse.ArgumentParser) -> None:
    """What nearly every command takes."""
    parser.add_argument("--db", required=True, help="sqlite:////path/hub.db")
    parser.add_argument(
        "--key-file", type=Path, help="डेटाबेस की कुंजी / the database's key; by default beside it, as <file>.key"
    )
    parser.add_argument("--directory", type=Path, help="units and helplines, in the form of GET /v1/directory")
    parser.add_argument("--resources", type=Path, default=find_resources(), help=argparse.SUPPRESS)


def settings_of(asked: argparse.Namespace) -> HubSettings:
    """The settings as far as the command line tells them."""
    return HubSettings(
        db=asked.db, resources=asked.resources, directory=asked.directory, key_file=asked.key_file,
        training=getattr(asked, "training", False), behind_proxy=getattr(asked, "behind_proxy", False),
        min_console=getattr(asked, "min_console", None),
    )  # fmt: skip


def noted(hub: Opened, what: str) -> None:
    """Write down what the command line takes out of the hub.

    Before it is taken: a row too many is better than a copy nobody knows of, and a backup holds its own row.
    """
    with hub.database.writer.begin() as connection:
        chain.write(Transaction(connection, hub.now), who=COMMAND_LINE, what=what)


@contextmanager
def opened(asked: argparse.Namespace, *, create: bool = False) -> Iterator[Opened]:
    """The file of a hub that exists, also while it runs; or a new one, where `create` and there is none.

    Raises:
        EnvironmentFault: it is not there, or cannot be opened.
    """
    from kotaconsole.hub.site.following import decided
    from kotaconsole.hub.state import read_papers
    from kotaconsole.hub.storage.database import open_database

    settings = settings_of(asked)
    papers = read_papers(asked.resources, asked.directory)
    database = open_database(asked.db, asked.key_file, create=create)
    try:
        with database.reader.begin() as connection:
            found = decided(connection, settings)
        yield Opened(database, found.settings, found.directory or papers.directory, WallClock().now())
    finally:
        database.close()


def existing(asked: argparse.Namespace) -> Path:
    """The path of a file that has to be there already.

    Raises:
        EnvironmentFault: `hub-no-database`, or `hub-database-empty`: it holds nothing.
    """
    return present(file_of(asked.db))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a head, in columns."""
    lines = [tuple(head), *(tuple("" if cell is None else plain(str(cell)) for cell in row) for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def plain(text: str) -> str:
    """Text without what would move the cursor of a terminal or turn its direction round."""
    return "".join(letter if unicodedata.category(letter)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _width(text: str) -> int:
    """Columns of a terminal: matras stand on the letter before them."""
    return sum(unicodedata.category(letter) not in ("Mn", "Me") for letter in text)


def one_line() -> str:
    """The first line of standard input, for what must not stand on the command line, where everybody can read it.

    Raises:
        EnvironmentFault: `hub-not-utf8`. Read under whatever encoding the terminal claims, it would become a password
            that nobody can type.
    """
    raw = getattr(sys.stdin, "buffer", None)
    if raw is None:  # a stream that holds text already
        return password_from(sys.stdin.readline())
    try:
        # some editors begin a file with a mark of its encoding, which nobody types
        return password_from(raw.readline().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise fail(
            "hub-not-utf8",
            "What came in on standard input is not UTF-8 text. Nothing was changed. Save the file as UTF-8, or set the"
            " terminal to it, and run it again.",
            "मानक इनपुट पर जो आया वह UTF-8 में नहीं है। कुछ भी बदला नहीं गया। फ़ाइल को UTF-8 में सहेजें, या टर्मिनल को UTF-8 पर रखें,"
            " और फिर चलाएँ।",
        ) from None
