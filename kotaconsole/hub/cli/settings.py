"""`hub settings ...`: what the site decides about its watch and its memory."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

from kotaconsole.hub.cli.shared import existing, opened, say, settings_of, shared_options, table
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.site.rules import RULES, Rule, rule

PLAIN: Final = HubSettings(db="", resources=Path())
"""A hub for which nothing was decided: the program's own values."""


def add_commands(commands: Any) -> None:
    """Add `settings`."""
    group = commands.add_parser("settings", help="सेटिंग / settings of the site")
    words = group.add_subparsers(required=True, metavar="COMMAND")
    show = words.add_parser("show", help="दिखाएँ / show all")
    shared_options(show)
    show.set_defaults(run=_show)
    change = words.add_parser(
        "set", help="बदलें / set one; after its name, and -- where a word begins with a dash",
        formatter_class=argparse.RawDescriptionHelpFormatter, epilog=_all_forms(),
    )  # fmt: skip
    shared_options(change)
    change.add_argument("name", metavar="NAME")
    change.add_argument("value", metavar="VALUE", nargs="+")
    change.set_defaults(run=_set)
    back = words.add_parser("unset", help="मूल मान पर लौटें / go back to the program's own value")
    shared_options(back)
    back.add_argument("name", metavar="NAME")
    back.set_defaults(run=_unset)


def _all_forms() -> str:
    """What every setting may be, for whoever asks how to set one."""
    width = max(len(one.name) for one in RULES)
    lines = [
        f"  {one.name:<{width}}  {_form(one)} ({_word(one.get(PLAIN))}, {_effect(one)}): {one.says.hi} / {one.says.en}"
        for one in RULES
    ]
    return "\n".join(("सेटिंग: क्या हो सकती है (मूल मान, कब से) / settings: what each may be (default, effect)", *lines))


def _show(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site.records import stored_settings

    existing(asked)
    with opened(asked) as hub, hub.database.reader.begin() as connection:
        stored = stored_settings(connection)
        table(
            ("NAME", "VALUE", "SITE", "मूल / DEFAULT", "सीमा / RANGE", "EFFECT", "क्या / WHAT"),
            [
                (one.name, _word(one.get(hub.settings)), "set" if one.name in stored else "", _word(one.get(PLAIN)),
                 _form(one), _effect(one), f"{one.says.hi} / {one.says.en}")
                for one in RULES
            ],
        )  # fmt: skip
    return 0


def _form(one: Rule) -> str:
    return f"{one.form.hi} / {one.form.en}"


def _effect(one: Rule) -> str:
    return "तुरंत / live" if one.live else "पुनः आरंभ / restart"


def _set(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site.records import set_value

    existing(asked)
    with opened(asked) as hub:
        value = set_value(hub.database.writer, settings_of(asked), hub.now, asked.name, asked.value)
    say(f"{asked.name} = {_word(value)}", f"{asked.name} = {_word(value)}")
    _when(live=rule(asked.name).live)
    return 0


def _unset(asked: argparse.Namespace) -> int:
    from kotaconsole.hub.site.records import unset_value

    existing(asked)
    with opened(asked) as hub:
        found = unset_value(hub.database.writer, settings_of(asked), hub.now, asked.name)
    if not found:
        say("It was not set; the program's own value holds.", "यह तय नहीं था; प्रोग्राम का अपना मान चलता है।")
        return 0
    say("The program's own value holds again.", "प्रोग्राम का अपना मान फिर चलता है।")
    _when(live=rule(asked.name).live)
    return 0


def _when(*, live: bool) -> None:
    if live:
        say("A running hub follows within seconds.", "चलता हुआ हब कुछ सेकंड में इसे अपनाता है।")
    else:
        say("It takes effect when the hub is started again.", "यह हब के दोबारा शुरू होने पर लागू होता है।")


def _word(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:g}" if isinstance(value, float) else str(value)
