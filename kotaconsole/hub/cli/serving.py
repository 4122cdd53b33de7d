"""`hub serve` and `hub init`."""

from __future__ import annotations

import argparse
import ssl
from pathlib import Path
from typing import Any

from kotaconsole.hub.cli.shared import existing, fail, opened, say, settings_of, shared_options
from kotaconsole.hub.site.rules import VERSION
from kotaconsole.hub.storage.database import file_of
from kotaconsole.hub.storage.keys import key_path


def add_commands(commands: Any) -> None:
    """Add `serve` and `init`."""
    serve = commands.add_parser("serve", help="हब चलाएँ / run the hub")
    shared_options(serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8791, help="0 takes a free one")
    serve.add_argument("--training", action="store_true", help="सब कुछ प्रशिक्षण है / everything here is training")
    serve.add_argument("--behind-proxy", action="store_true", help="a proxy in front of the hub does the encryption")
    serve.add_argument("--tls-cert", type=Path)
    serve.add_argument("--tls-key", type=Path)
    serve.add_argument("--min-console", type=_version, help="oldest console version whose commands are taken")
    serve.add_argument(
        "--log", choices=("auto", "json", "plain", "none"), default="auto",
        help="लॉग का रूप / one JSON object per line, or plain lines; auto: plain on a terminal",
    )  # fmt: skip
    serve.set_defaults(run=_serve)
    init = commands.add_parser("init", help="डेटाबेस बनाएँ / create or update the database")
    shared_options(init)
    init.set_defaults(run=_init)


def _port(word: str) -> int:
    """A port; the system would take any number, and silently another port than the one that was meant."""
    if not (word.isascii() and word.isdigit()) or not 0 <= int(word) <= 65_535:
        raise argparse.ArgumentTypeError("0 से 65535 तक / from 0 to 65535")
    return int(word)


def _version(word: str) -> str:
    if VERSION.fullmatch(word) is None:
        raise argparse.ArgumentTypeError("संस्करण जैसे 0.2.0 / a version such as 0.2.0")
    return word


def _usable(asked: argparse.Namespace) -> None:
    """Look at certificate and key before anything is started."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(asked.tls_cert, asked.tls_key)
    except OSError as error:  # what the ssl module finds wrong is one too
        raise fail(
            "hub-tls-files",
            "Certificate and key cannot be used: a file is missing, unreadable, or they do not belong together."
            " Nothing was started. Check --tls-cert and --tls-key.",
            "प्रमाणपत्र और कुंजी काम में नहीं ली जा सकीं: फ़ाइल नहीं है, पढ़ी नहीं जाती, या दोनों एक-दूसरे की नहीं हैं।"
            " कुछ भी शुरू नहीं हुआ। --tls-cert और --tls-key जाँचें।",
        ) from error


def _serve(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.logs import telling
    from kotaconsole.hub.serve import Listen, guard, serve

    if (asked.tls_cert is None) != (asked.tls_key is None):
        raise fail(
            "hub-half-tls",
            "--tls-cert and --tls-key belong together. Nothing was started. Give both or neither.",
            "--tls-cert और --tls-key साथ-साथ दिए जाते हैं। कुछ भी शुरू नहीं हुआ। दोनों दें या कोई नहीं।",
        )
    if asked.tls_cert is not None:
        _usable(asked)
    listen = Listen(asked.host, asked.port, asked.tls_cert, asked.tls_key)
    guard(listen, settings_of(asked))
    # a mistyped name would be a hub with an empty list, and desks that believe it
    existing(asked)
    with telling(asked.log):
        serve(settings_of(asked), listen, lambda line: print(line, flush=True))
    return 0


def _init(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site.records import store_directory, stored_directory

    file = file_of(asked.db)
    key = key_path(file, asked.key_file)
    had_key = key.exists()
    with opened(asked, create=True) as hub:
        with hub.database.reader.begin() as connection:
            empty = stored_directory(connection) is None
        if asked.directory is not None:
            stored = store_directory(hub.database.writer, hub.now, hub.directory)
            say(f"The directory was laid in: {len(stored.units)} units.",
                f"निर्देशिका रख दी गई: {len(stored.units)} इकाइयाँ।")  # fmt: skip
        elif empty:
            stored = store_directory(hub.database.writer, hub.now, hub.directory)
            say(f"The directory that comes with the program was laid in: {len(stored.units)} units, without phones."
                " Add your own with 'kotaconsole hub directory import'.",
                f"प्रोग्राम के साथ आई निर्देशिका रख दी गई: {len(stored.units)} इकाइयाँ, बिना फ़ोन के। अपने फ़ोन"
                " 'kotaconsole hub directory import' से जोड़ें।")  # fmt: skip
    say(f"The database is ready: {file}", f"डेटाबेस तैयार है: {file}")
    if not had_key:
        say(f"Its key was made: {key}. Without the key nobody can read the database or a backup of it, you neither."
            " Keep a copy of the key, and never beside a backup: whoever has both can read everything.",
            f"उसकी कुंजी बनाई गई: {key}। कुंजी के बिना डेटाबेस या उसका बैकअप कोई नहीं पढ़ सकता, आप भी नहीं। कुंजी की प्रति सुरक्षित रखें,"
            " पर बैकअप के साथ कभी नहीं: जिसके पास दोनों हों वह सब पढ़ सकता है।")  # fmt: skip
    return 0
