"""`hub source ...`: the keys with which platforms sign what they send."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kotaconsole.hub.cli.shared import existing, one_line, opened, say, shared_options, table

if TYPE_CHECKING:
    from kotaconsole.hub.access.people import Person


def add_commands(commands: Any) -> None:
    """Add `source`."""
    source = commands.add_parser("source", help="स्रोत / sources").add_subparsers(required=True, metavar="COMMAND")
    key = source.add_parser("key", help="कुंजियाँ / keys").add_subparsers(required=True, metavar="COMMAND")
    add = key.add_parser("add", help="कुंजी जोड़ें / add a key")
    add.add_argument("username", metavar="NAME")
    add.add_argument(
        "--secret-stdin", action="store_true", help="प्लेटफ़ॉर्म की अपनी कुंजी / the platform's own secret, one line"
    )
    shared_options(add)
    add.set_defaults(run=_add)
    drop = key.add_parser("drop", help="कुंजी हटाएँ / take a key away")
    drop.add_argument("key", metavar="KEY")
    shared_options(drop)
    drop.set_defaults(run=_drop)
    everything = key.add_parser("list", help="सूची / list all keys, without their secrets")
    shared_options(everything)
    everything.set_defaults(run=_list)


def _add(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.keys import add_source_key

    existing(asked)
    with opened(asked) as hub:
        secret = one_line() if asked.secret_stdin else None
        key_id, made = add_source_key(hub.database.writer, hub.now, username=asked.username, secret=secret)
    print(key_id)
    if secret is None:
        say("The secret, shown this once; give it to the platform by a safe way:",
            "गोपनीय कुंजी, केवल इस बार; इसे सुरक्षित रास्ते से प्लेटफ़ॉर्म को दें:")  # fmt: skip
        print(made)
    else:
        say("The platform's own secret was added.", "प्लेटफ़ॉर्म की अपनी गोपनीय कुंजी जोड़ दी गई।")
    return 0


def _drop(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.keys import drop_source_key

    existing(asked)
    with opened(asked) as hub:
        drop_source_key(hub.database.writer, hub.now, key_id=asked.key)
    say("The key was taken away; a running hub refuses it within seconds.",
        "कुंजी हटा दी गई; चलता हुआ हब कुछ सेकंड में उसे अस्वीकार करता है।")  # fmt: skip
    return 0


def _list(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.access.keys import active_keys, list_source_keys
    from kotaconsole.hub.access.people import list_users

    existing(asked)
    with opened(asked) as hub, hub.database.reader.begin() as connection:
        known = list_source_keys(connection)
        working = {one.id for one in active_keys(connection)}
        people = {one.username: one for one in list_users(connection)}
    table(
        ("KEY", "NAME", "बनाई गई / MADE", "चलती है / WORKS"),
        [
            (one.id, one.username, one.created_at.iso(), "yes" if one.id in working else _why_not(people[one.username]))
            for one in known
        ],
    )
    if len(working) < len(known):
        say("A key that does not work signs nothing: what comes with it is refused. Drop it with 'kotaconsole hub"
            " source key drop', or give its owner the role or the entry back.",
            "जो कुंजी नहीं चलती उससे कुछ भी हस्ताक्षरित नहीं होता: उसके साथ जो आए वह अस्वीकार होता है। उसे 'kotaconsole hub source"
            " key drop' से हटाएँ, या उसके स्वामी को भूमिका या प्रवेश वापस दें।")  # fmt: skip
    return 0


def _why_not(owner: Person) -> str:
    """Why a key of this person does not work."""
    return "no: shut out / बाहर" if owner.disabled else f"no: role {owner.role}, not source / भूमिका {owner.role}"
