"""`kotaconsole hub ...`: serve, init, and adding people."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.settings import HubSettings

FAILED = 2


def main(argv: list[str]) -> int:
    """Run one sub-command; 0, or 2 after a sentence on standard error."""
    asked = _parser().parse_args(argv)
    try:
        return int(asked.run(asked))
    except EnvironmentFault as fault:
        print(fault.sentence.both(), file=sys.stderr)
        return FAILED


def find_resources() -> Path:
    """The resources beside the package in a checkout, or inside it once installed."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_resources"
    return inside if inside.is_dir() else package.parent / "resources"


def password_from(stream_line: str) -> str:
    """A password as it was piped in: one line without its end."""
    return stream_line.rstrip("\r\n")


def _port(word: str) -> int:
    """A port; the system would take any number, and silently another port than the one that was meant."""
    port = int(word)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("0 से 65535 तक / from 0 to 65535")
    return port


def _serve(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.serve import Listen, serve

    if (asked.tls_cert is None) != (asked.tls_key is None):
        raise EnvironmentFault(
            "hub-half-tls",
            Bilingual(
                en="--tls-cert and --tls-key belong together. Nothing was started. Give both or neither.",
                hi="--tls-cert और --tls-key साथ-साथ दिए जाते हैं। कुछ भी शुरू नहीं हुआ। दोनों दें या कोई नहीं।",
            ),
        )
    listen = Listen(asked.host, asked.port, asked.tls_cert, asked.tls_key)
    serve(_settings(asked), listen, lambda line: print(line, flush=True))
    return 0


def _init(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.storage.database import open_database

    open_database(asked.db).close()
    return 0


def _user_add(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import add_user
    from kotaconsole.hub.clock import WallClock
    from kotaconsole.hub.state import read_papers
    from kotaconsole.hub.storage.database import open_database

    papers = read_papers(asked.resources, asked.directory)
    database = open_database(asked.db)
    try:
        print(
            add_user(
                database.writer, papers.directory, WallClock().now(), username=asked.username,
                name=asked.name, role=asked.role, unit=asked.unit, password=password_from(sys.stdin.readline()),
            )
        )  # fmt: skip
    finally:
        database.close()
    return 0


def _settings(asked: argparse.Namespace) -> HubSettings:
    return HubSettings(
        db=asked.db, resources=asked.resources, directory=asked.directory, training=asked.training,
        behind_proxy=asked.behind_proxy, min_console=asked.min_console,
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kotaconsole hub", description="हब / the Referral API server")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="हब चलाएँ / run the hub")
    _shared(serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8791, help="0 takes a free one")
    serve.add_argument("--training", action="store_true", help="सब कुछ प्रशिक्षण है / everything here is training")
    serve.add_argument("--behind-proxy", action="store_true", help="a proxy in front of the hub does the encryption")
    serve.add_argument("--tls-cert", type=Path)
    serve.add_argument("--tls-key", type=Path)
    serve.add_argument("--min-console", help="oldest console version whose commands are taken")
    serve.set_defaults(run=_serve)
    init = commands.add_parser("init", help="डेटाबेस बनाएँ / create or update the database")
    _shared(init)
    init.set_defaults(run=_init)
    user = commands.add_parser("user", help="लोग / people").add_subparsers(required=True)
    add = user.add_parser("add", help="व्यक्ति जोड़ें / add a person")
    add.add_argument("username", metavar="NAME")
    add.add_argument("--role", required=True)
    add.add_argument("--unit", required=True)
    add.add_argument("--name", default="", help="दिखने वाला नाम / the name that is shown")
    add.add_argument("--password-stdin", action="store_true", required=True)
    _shared(add)
    add.set_defaults(run=_user_add)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", required=True, help="sqlite:////path/hub.db")
    parser.add_argument("--directory", type=Path, help="units and helplines, in the form of GET /v1/directory")
    parser.add_argument("--resources", type=Path, default=find_resources(), help=argparse.SUPPRESS)
