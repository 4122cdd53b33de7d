"""`hub user ...`: who may sign in, as what, and where."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kotaconsole.domain.errors import Bilingual
from kotaconsole.hub.cli.shared import existing, fail, one_line, opened, say, shared_options, table
from kotaconsole.hub.storage.database import file_of


def add_commands(commands: Any) -> None:
    """Add `user`."""
    user = commands.add_parser("user", help="लोग / people").add_subparsers(required=True, metavar="COMMAND")
    add = _named(user, "add", "व्यक्ति जोड़ें / add a person", _add)
    add.add_argument("--role", required=True)
    add.add_argument("--unit", required=True)
    add.add_argument("--name", default="", help="दिखने वाला नाम / the name that is shown")
    add.add_argument("--password-stdin", action="store_true", required=True)
    everyone = user.add_parser("list", help="सूची / list everybody")
    shared_options(everyone)
    everyone.set_defaults(run=_list)
    password = _named(user, "password", "नया पासवर्ड / set a new password", _password)
    password.add_argument("--password-stdin", action="store_true", required=True)
    _named(user, "disable", "बाहर करें / shut out", _disable)
    _named(user, "enable", "फिर आने दें / let in again", _enable)
    move = _named(user, "move", "भूमिका या इकाई बदलें / another role or unit", _move)
    move.add_argument("--role")
    move.add_argument("--unit")


def _named(group: Any, word: str, about: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = group.add_parser(word, help=about)
    parser.add_argument("username", metavar="NAME")
    shared_options(parser)
    parser.set_defaults(run=run)
    return parser


def _add(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import add_user

    password, file = one_line(), file_of(asked.db)
    fresh = not file.exists()
    with opened(asked, create=True) as hub:
        if fresh:
            # aside from the id on standard output; a mistyped name has to be noticed
            print(_made_anew(str(file)).both(), file=sys.stderr)
        print(
            add_user(
                hub.database.writer, hub.directory, hub.now, username=asked.username, name=asked.name,
                role=asked.role, unit=asked.unit, password=password,
            )
        )  # fmt: skip
    return 0


def _made_anew(file: str) -> Bilingual:
    return Bilingual(
        en=f"There was no database {file}: a new, empty one was made, with its key beside it. If your hub has another"
        " file, nothing of it was changed: take the new one away and give the right name with --db.",
        hi=f"{file} नाम का डेटाबेस नहीं था: नया, खाली डेटाबेस बनाया गया, और उसकी कुंजी भी। यदि आपके हब की फ़ाइल दूसरी है, तो उसमें"
        " कुछ भी बदला नहीं गया: नई फ़ाइल हटाएँ और --db से सही नाम दें।",
    )


def _list(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import list_users

    existing(asked)
    with opened(asked) as hub, hub.database.reader.begin() as connection:
        table(
            ("NAME", "नाम / SHOWN", "ROLE", "UNIT", "बाहर / SHUT OUT"),
            [
                (one.username, one.name, one.role, one.unit, "yes" if one.disabled else "")
                for one in list_users(connection)
            ],
        )
    return 0


def _password(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import set_password

    existing(asked)
    password = one_line()
    with opened(asked) as hub:
        set_password(hub.database.writer, hub.now, username=asked.username, password=password)
    say("The password was set. Every session of this person has ended.",
        "पासवर्ड बदल दिया गया। इस व्यक्ति का हर सत्र समाप्त हो गया।")  # fmt: skip
    return 0


def _disable(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import disable_user

    existing(asked)
    with opened(asked) as hub:
        disable_user(hub.database.writer, hub.now, username=asked.username)
    say("This person was shut out; a running hub ends their sessions within seconds.",
        "यह व्यक्ति बाहर कर दिया गया; चलता हुआ हब कुछ सेकंड में उनके सत्र समाप्त करता है।")  # fmt: skip
    return 0


def _enable(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import enable_user

    existing(asked)
    with opened(asked) as hub:
        enable_user(hub.database.writer, hub.directory, hub.now, username=asked.username)
    say("This person may sign in again.", "यह व्यक्ति फिर साइन इन कर सकता है।")
    return 0


def _move(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.people import move_user

    if asked.role is None and asked.unit is None:
        raise fail(
            "hub-nothing-to-move",
            "Neither --role nor --unit was given. Nothing was changed. Say which of them is to be another.",
            "न --role दिया गया, न --unit। कुछ भी बदला नहीं गया। बताएँ कि कौन-सा बदलना है।",
        )
    existing(asked)
    with opened(asked) as hub:
        move_user(
            hub.database.writer, hub.directory, hub.now, username=asked.username, role=asked.role, unit=asked.unit
        )
    say("Role and unit were changed. Every session of this person has ended; what they entered before stays theirs.",
        "भूमिका और इकाई बदल दी गई। इस व्यक्ति का हर सत्र समाप्त हो गया; पहले का लिखा हुआ उन्हीं का रहता है।")  # fmt: skip
    return 0
