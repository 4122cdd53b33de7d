"""The private desk does what tests believe of it: keys arrive, sounds are heard, prints come out, nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import needs, reaper
from tests.world.app import App
from tests.world.bus import Call, get_property
from tests.world.fixtures import MakeWorld, Secrets
from tests.world.printing import PrintServer, pdf_text
from tests.world.processes import Nest
from tests.world.sound import SoundServer
from tests.world.waiting import WorldError, until
from tests.world.world import World

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(90)]

TOYS = Path(__file__).with_name("toys")
ROOT = Path(__file__).parents[2]


def _toy(name: str, *arguments: str) -> list[str]:
    return [sys.executable, str(TOYS / name), *arguments]


@pytest.fixture
def desk(make_world: MakeWorld) -> World:
    """A desk with a screen and nothing else."""
    return make_world()


@pytest.fixture
def app(desk: World) -> App:
    """The toy window on it."""
    return desk.launch(_toy("window.py"))


def test_a_key_press_changes_the_label(app: App) -> None:
    app.says("^nothing yet$")
    app.key("F6")
    app.says("^F6 was pressed$")


def test_a_key_is_pressed_while_the_hindi_layout_is_on(app: App) -> None:
    app.key("F6", layout="hi")
    app.says("^F6 was pressed$")


TEXTS = ["Spoke to her brother, 23:40", "भाई से बात हुई; थाना कुन्हाड़ी रवाना", "ठीक है 🙂 “haan”"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_typed_as_an_operator_types_it(app: App, text: str) -> None:
    field = app.label("Note").type(text)
    until(lambda: field.text == text, 30, lambda: f"{text!r}; the field holds {field.text!r}")
    app.find("button", "^Say it$").click()
    app.find("label", f"^{text}$")


def test_each_part_of_a_pasted_text_arrives(desk: World, app: App) -> None:
    """Part by part over the one clipboard, and into whatever has the keyboard."""
    text = "“क” — “ख” — 🙂 — “ग” — 🙃"
    field = app.label("Note").click()
    until(lambda: field.has("focused"), 30, "the field to have the focus")
    desk.type(text)
    until(lambda: field.text == text, 30, lambda: f"{text!r}; the field holds {field.text!r}")


def test_what_the_test_run_was_told_about_screens_is_no_matter_here(
    desk: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("QT_QPA_PLATFORM", "offscreen"), ("QT_SCALE_FACTOR", "3"), ("DISPLAY", ":7")):
        monkeypatch.setenv(name, value)
    desk.launch(_toy("window.py")).says("^nothing yet$")


def test_a_button_is_pressed_through_the_accessibility_interface(app: App) -> None:
    app.label("Note").type("x")
    app.find("button", "^Say it$").press()
    app.find("label", "^x$")


def test_hidden_rows_are_in_the_model_but_nobody_can_see_them(app: App) -> None:
    table = app.find("table", "^Cases$")
    model, standing, showing = table.rows(), table.standing_rows(), table.showing_rows()
    assert model == [[f"2026-{n:06}", "2" if n == 1 else "1"] for n in range(1, 41)]
    assert standing == model[:2] + model[3:]  # the third is hidden, the last ones only scrolled out
    assert showing == standing[: len(showing)]
    assert 2 < len(showing) < 39
    assert table.header() == ["number", "flags"]


def test_the_focused_widget_is_known(app: App) -> None:
    app.label("Note").click()
    until(lambda: (node := app.focused()) is not None and node.role == "text", 30, "the field to have the focus")


def test_what_does_not_come_is_named_together_with_what_stands_there(app: App) -> None:
    with pytest.raises(WorldError, match=r"button named /\^Send\$/.*'Say it'"):
        app.find("button", "^Send$", timeout=0.1)


def test_a_program_that_dies_at_once_is_reported_with_its_last_words(desk: World) -> None:
    with pytest.raises(WorldError, match="ended with 3: no such desk"):
        desk.launch([sys.executable, "-c", "import sys; print('no such desk'); sys.exit(3)"])


def test_a_screenshot_shows_the_window(desk: World, app: App, tmp_path: Path) -> None:
    box = app.find("label", "^nothing yet$").box
    assert app.screen.settle()
    before = desk.pixels(box)
    assert desk.react_ms(lambda: app.key("F6"), box) > 0
    assert (desk.pixels(box) != before).any()
    assert desk.screenshot(tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert desk.pixels().shape == (800, 1280, 3)


def test_closing_asks_the_window_and_gives_its_exit_code(app: App) -> None:
    assert app.close() == 0
    assert not app.alive


def test_a_frozen_program_is_told_apart_from_a_live_one(app: App) -> None:
    label = app.says("^nothing yet$")
    app.freeze()
    with pytest.raises(WorldError, match="did not answer"):
        app.bus.one(label_name(label.ref), timeout=0.3)
    app.thaw()
    app.key("F6")
    app.says("^F6 was pressed$")


def label_name(ref: tuple[str, str]) -> Call:
    """The question whose answer a frozen program owes."""
    return get_property(ref, "Accessible", "Name")


def test_bursts_are_found_in_order_with_their_pulses(desk: World, sound_server: SoundServer) -> None:
    sound_server.settings_for(desk.nest)
    mark = desk.mark()
    player = desk.start(_toy("play.py", "s1", "523", "group", "415"))
    red, lesser = sound_server.wait_burst(mark, 60, hz=523), sound_server.wait_burst(mark, 60, hz=415)
    assert player.wait(60) == 0, player.log()
    assert (red.count, lesser.count) == (10, 5)
    assert mark < red.onset < red.end < lesser.onset
    assert red.gaps == pytest.approx((0.1, 0.1, 0.35, 0.1, 0.6, 0.1, 0.1, 0.35, 0.1), abs=0.012)
    assert [p.seconds for p in red.pulses] == pytest.approx([0.15] * 10, abs=0.012)
    assert [round(p.hz / 523) for p in red.partials] == [1, 2, 3, 4]
    heard = sound_server.bursts(mark)
    assert [b.onset for b in heard] == pytest.approx([red.onset, lesser.onset], abs=0.005)


def test_a_muted_sink_is_silent(desk: World, sound_server: SoundServer, tmp_path: Path) -> None:
    sound_server.settings_for(desk.nest)
    sound_server.mute()
    mark = desk.mark()
    assert desk.start(_toy("play.py", "group", "415")).wait(60) == 0
    assert sound_server.quiet(mark, desk.mark())
    assert sound_server.save_wav(tmp_path / "x.wav", mark).stat().st_size > 2 * 48_000


def test_the_sound_server_hears_again_after_it_was_killed(desk: World, sound_server: SoundServer) -> None:
    sound_server.settings_for(desk.nest)
    sound_server.kill()
    sound_server.reset()
    mark = desk.mark()
    desk.start(_toy("play.py", "group", "415"))
    assert sound_server.wait_burst(mark, 60).count == 5


def _pdf(words: str) -> bytes:
    """A page that says these words, with a true cross-reference table."""
    stream = f"BT /F1 24 Tf 40 300 Td ({words}) Tj ET".encode()
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    content = b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content, font]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (table, len(out))


def _print(nest: Nest, title: str, queue: str = "slips") -> None:
    path = nest.home / f"{title}.pdf"
    path.write_bytes(_pdf(f"Slip {title}"))
    nest.run(["lp", "-d", queue, "-t", title, str(path)])


def test_a_printed_pdf_comes_out(print_server: PrintServer, tmp_path: Path) -> None:
    with Nest() as nest:
        print_server.settings_for(nest)
        before = print_server.newest()
        _print(nest, "K3-261123-01")
        job = print_server.wait_job(before, 60)
        pdf = job.pdf()
    assert (job.title, job.queue) == ("K3-261123-01", "slips")
    assert pdf is not None
    assert "Slip K3-261123-01" in pdf_text(pdf, tmp_path)


def test_a_printer_without_paper_keeps_the_job_waiting(print_server: PrintServer) -> None:
    with Nest() as nest:
        print_server.settings_for(nest)
        print_server.mood("second", "paper")
        before = print_server.newest()
        _print(nest, "K3-261123-02", "second")
        waiting = print_server.wait_job(before, 60, state="processing")
        assert waiting.output is None
        print_server.mood("second", "ok")
        assert print_server.wait_job(before, 60).title == "K3-261123-02"


@pytest.mark.parametrize(("mode", "word"), [("unlocked", "kept"), ("locked", "locked"), ("none", "none")])
def test_the_keyring_is_open_locked_or_not_there(secrets: Secrets, mode: str, word: str) -> None:
    secrets.keyring.start(mode)  # type: ignore[arg-type]
    assert secrets.nest.run(_toy("secret.py")).stdout.strip() == word


def test_a_secret_outlives_a_restart_of_the_keyring(secrets: Secrets) -> None:
    assert secrets.nest.run(_toy("secret.py")).stdout.strip() == "kept"
    secrets.keyring.start("locked")
    assert secrets.nest.run(_toy("secret.py")).stdout.strip() == "locked"
    secrets.keyring.start("unlocked")
    assert secrets.nest.run(_toy("secret.py")).stdout.strip() == "kept"


def test_stopping_ends_every_process_and_removes_the_folder(make_world: MakeWorld) -> None:
    world = make_world()
    world.launch(_toy("window.py"))
    assert len(reaper.marked(world.nest.token)) > 4
    assert world.stop() == []
    assert reaper.marked(world.nest.token) == []
    assert not world.nest.dir.exists()


def test_a_program_that_cannot_be_ended_does_not_keep_the_rest_alive(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    program = world.start(["sleep", "300"])

    def stuck() -> list[tuple[int, str]]:
        raise WorldError("it does not end")

    monkeypatch.setattr(program, "end", stuck)
    with pytest.raises(WorldError, match="does not end"):
        world.stop()
    program.wait(30)
    assert reaper.marked(world.nest.token) == []
    assert not world.nest.dir.exists()


def test_a_killed_test_run_leaves_nothing_behind(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import time\n"
        "from tests.world.processes import Nest\n"
        "nest = Nest()\n"
        "nest.spawn(['sleep', '300'], 'sleeper')\n"
        "print(nest.token, nest.dir, flush=True)\n"
        "time.sleep(300)\n"
    )
    run = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert run.stdout
    token, folder = run.stdout.readline().split()
    assert reaper.marked(token)
    run.send_signal(signal.SIGKILL)
    run.wait(30)
    run.stdout.close()
    until(lambda: not reaper.marked(token) and not Path(folder).exists(), 60, "the reaper to tidy up")


def test_missing_programs_are_an_error_with_the_line_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "_PATH", "/nonexistent")
    with pytest.raises(WorldError, match=r"apt-get install .*openbox .*xvfb"):
        needs.require("screen")


def test_nothing_is_missing_for_what_is_there() -> None:
    assert needs.missing_packages(("bus",)) == []
