"""What goes wrong at a desk is told in a sentence, Hindi and English: what is safe, what to do; nothing is lost."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import trustme

from tests.e2e.conftest import MakeHub
from tests.e2e.night import open_desk
from tests.e2e.operator import Operator
from tests.world.fixtures import MakeWorld
from tests.world.keyring import KeyringMode
from tests.world.printing import PrintServer

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(90)]

SAFE = (
    re.compile("सुरक्षित|जस की तस|कुछ नहीं खोया|कुछ नहीं बदला"),
    re.compile("safe|untouched|nothing is lost|Nothing was changed"),
)


def _told(desk: Operator, hindi: str, to_do: str, english: str, to_do_en: str) -> None:
    """The sign-in window says it in Hindi, and after Ctrl+L in English: what happened, what is safe, what to do."""
    for happened, do, safe in ((hindi, to_do, SAFE[0]), (english, to_do_en, SAFE[1])):
        said = desk.says(happened, 20).name
        assert safe.search(said), said
        assert re.search(do, said), said
        desk.switch_language()
    desk.says(hindi)


def test_a_wrong_password_then_the_right_one(make_world: MakeWorld, make_hub: MakeHub) -> None:
    world = make_world(keyring="unlocked")
    hub = make_hub(world)
    desk = open_desk(world, hub)
    desk.sign_in("meena", "not her password")
    _told(desk, "पासवर्ड ग़लत है", "दोबारा लिखें", "password is wrong", "Type both again")
    assert desk.app.label("^उपयोगकर्ता नाम$").text == "meena", "what was typed stays"
    desk.type_password(hub.passwords["meena"])
    desk.wait_for_list()
    # no sound server is here: the desk says so, loudly
    banner = desk.says("^ध्वनि बंद .")
    assert _nfc("पर नज़र रखें") in _nfc(banner.name)
    desk.switch_language()
    assert re.search("watch the (list|screen)", desk.says("^SOUND LOST .").name, re.IGNORECASE)


def test_a_hub_that_is_away_and_one_that_comes_late(make_world: MakeWorld, make_hub: MakeHub) -> None:
    world = make_world(keyring="unlocked")
    hub = make_hub(world)
    hub.stop()
    desk = open_desk(world, hub)
    desk.sign_in("meena", hub.passwords["meena"])
    _told(desk, "हब से संपर्क नहीं", "तार जाँचें", "hub cannot be reached", "Check the network cable")
    hub.start()
    desk.type_password(hub.passwords["meena"])
    desk.wait_for_list()


def test_a_hub_that_cannot_prove_itself_gets_no_password(
    make_world: MakeWorld, make_hub: MakeHub, tmp_path: Path
) -> None:
    world = make_world(keyring="unlocked")
    stranger, ours = trustme.CA(), trustme.CA()
    issued = stranger.issue_cert("127.0.0.1")
    cert, key, ca = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    issued.cert_chain_pems[0].write_to_path(cert)
    issued.private_key_pem.write_to_path(key)
    ours.cert_pem.write_to_path(ca)
    hub = make_hub(world, "--tls-cert", str(cert), "--tls-key", str(key), scheme="https")
    site = tmp_path / "site.toml"
    site.write_text(f'[hub]\nca_file = "{ca}"\n', encoding="utf-8")
    desk = open_desk(world, hub, "--config", str(site))
    desk.sign_in("meena", hub.passwords["meena"])
    _told(desk, "हब साबित नहीं कर सका", "तारीख़ और समय जाँचें", "cannot prove to be the hub", "date and time")


def test_a_second_console_says_that_the_first_goes_on(make_world: MakeWorld, make_hub: MakeHub) -> None:
    world = make_world(keyring="unlocked")
    hub = make_hub(world)
    first = open_desk(world, hub)
    second = open_desk(world, hub)
    said = second.says("already open|पहले से खुला").name
    for part in (
        "पहले से खुला",
        "सुरक्षित किया सब कुछ सुरक्षित है",
        "खुली हुई विंडो",
        "already open",
        "Everything saved is safe",
        "window that is open",
    ):
        assert part in said
    world.key("Return")
    assert second.app.wait(15) == 1
    first.sign_in("meena", hub.passwords["meena"])
    first.wait_for_list()


def test_a_print_queue_nobody_knows_loses_no_slip(
    make_world: MakeWorld, make_hub: MakeHub, print_server: PrintServer
) -> None:
    world = make_world((1440, 900), queues=print_server, keyring="unlocked")
    hub = make_hub(world)
    desk = open_desk(world, hub, "--queue", "nowhere")
    desk.sign_in("meena", hub.passwords["meena"])
    desk.wait_for_list()
    source = hub.sign_in("intake", "6d1c1a2e-0000-4000-8000-00000000000a")
    source.put_flag("instagram", "raw-1", b'\xff\xfe{"kind": <b>\x00 no JSON at all')
    # raw garbage through the intake: kept, P1, shown as unreadable
    row = desk.wait_for_row(level="^P1", state="अपठनीय: स्रोत देखें")
    assert row.ringing
    number = desk.choose_top()
    desk.acknowledge()
    before = world.printing.newest()
    desk.open_inform()
    desk.choose_unit("दादाबाड़ी")
    desk.submit()
    said = desk.says(r"^K\d+-\d{6}-\d\d: .*nowhere").name
    for part in ("नाम की कोई प्रिंट क़तार नहीं", "पर्ची का नंबर सुरक्षित है", "कुछ नहीं खोया", "प्रशासक को बताएँ"):
        assert _nfc(part) in _nfc(said), said
    desk.close_sheet()
    desk.switch_language()
    said = desk.says("no print queue “nowhere”").name
    assert "keeps its number and nothing is lost" in said
    assert "tell the administrator" in said
    assert world.printing.newest() == before, "it went to no other queue"
    desk.says("print failed")
    assert desk.row(number) is not None


@pytest.mark.parametrize(
    ("mode", "hindi", "to_do", "english", "to_do_en"),
    [
        ("none", "कोई की-रिंग नहीं", "प्रशासक", "has no keyring", "Ask the administrator"),
        ("locked", "की-रिंग पर ताला", "पासवर्ड", "keyring is locked", "Unlock the keyring"),
    ],
    ids=["none", "locked"],
)
def test_without_an_open_keyring_no_file_is_made(
    make_world: MakeWorld, make_hub: MakeHub, mode: KeyringMode, hindi: str, to_do: str, english: str, to_do_en: str
) -> None:
    world = make_world(keyring=mode)
    hub = make_hub(world)
    desk = open_desk(world, hub)
    _told(desk, hindi, to_do, english, to_do_en)
    desk.sign_in("meena", hub.passwords["meena"])
    _told(desk, hindi, to_do, english, to_do_en)
    assert not list((world.home / "desk").glob("*.db*")), "nothing was created in the place of what cannot be opened"


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
