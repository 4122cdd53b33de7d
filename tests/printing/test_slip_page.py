"""The page itself: read back from the paper, by tools that know nothing of us."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kotaconsole.domain.errors import Language
from kotaconsole.domain.referral import Location, Reason, Referral
from kotaconsole.domain.slip import SIZE
from kotaconsole.system.paths import resources
from kotaconsole.system.slip_page import Paper, SlipPress
from tests.printing.slip_cases import CASE, EXCERPT, NOW, crowded, page


@pytest.fixture(scope="module")
def press() -> SlipPress:
    return SlipPress(resources())


def words_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> int:
    done = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True, timeout=30)
    return next(int(line.split()[1]) for line in done.stdout.decode().splitlines() if line.startswith("Pages:"))


def flat(text: str) -> str:
    return "".join(text.split())


def test_hindi_slip_reads_back(press: SlipPress) -> None:
    pdf = press.render(page())
    text = words_of(pdf)
    for expected in ("K3-261123-04", "2026-000123", "गोपनीय", "तत्काल", "नाबालिग", "थाना", "14416", "0000-000-0100"):
        assert expected in text, expected
    assert pages_of(pdf) == 1


def test_english_slip_reads_back(press: SlipPress) -> None:
    text = words_of(press.render(page(), lang="en"))
    for expected in ("CONFIDENTIAL", "Immediate", "Police station Kunhadi", "Information up to 03:12", "s. 115"):
        assert expected in text, expected


@pytest.mark.parametrize(("paper", "mm"), [("A5", (148, 210)), ("A4", (210, 297))])
def test_the_page_has_the_size_of_the_paper(press: SlipPress, paper: Paper, mm: tuple[int, int]) -> None:
    done = subprocess.run(["pdfinfo", "-"], input=press.render(page(), paper=paper), capture_output=True, check=True)
    line = next(line for line in done.stdout.decode().splitlines() if line.startswith("Page size:"))
    points = [float(word) for word in line.split() if word.replace(".", "").isdigit()]
    assert [round(each * 25.4 / 72) for each in points[:2]] == list(mm)


@pytest.mark.parametrize("lang", ["hi", "en"])
def test_a_phones_camera_reads_case_and_slip_number_and_nothing_else(press: SlipPress, lang: Language) -> None:
    png = press.render(page(replace(CASE, training=True)), fmt="png", lang=lang)
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "-"], input=png, capture_output=True, check=True, timeout=30)
    assert done.stdout.decode().strip() == "2026-000123 K3-261123-04"


@pytest.mark.parametrize(
    "name",
    ['#import "@preview/x:1.0.0"', "*x* _y_ `z`", "$a^2$", "#panic()", '"\\u{41}" \\ // no', "<label> @ref [a](b)"],
)
def test_text_of_other_people_prints_as_it_is(press: SlipPress, name: str) -> None:
    case = replace(CASE, subject=replace(CASE.subject, name=name, hostel=name, hazards=name))
    text = flat(words_of(press.render(page(case))))
    assert text.count(flat(name)) == 3


def test_training_is_marked_large(press: SlipPress) -> None:
    plain, marked = (words_of(press.render(page(replace(CASE, training=on)))) for on in (False, True))
    assert "प्रशिक्षण" not in plain
    assert "TRAINING" not in plain
    assert "TRAINING" in marked
    assert flat(marked).count("प्रशिक्षण") >= 1
    assert watermark(press.render(page())) < 0.015
    assert watermark(press.render(page(replace(CASE, training=True)))) > 0.04


def watermark(pdf: bytes) -> float:
    """Share of the page in the grey of the watermark."""
    done = subprocess.run(
        ["pdftoppm", "-r", "40", "-gray", "-"], input=pdf, capture_output=True, check=True, timeout=30
    )
    pixels = done.stdout.split(b"\n", 3)[3]
    return sum(224 <= pixel <= 232 for pixel in pixels) / len(pixels)


def test_late_entry_and_supersedes_are_marked(press: SlipPress) -> None:
    slip = page(replace(CASE, late_entry=True), supersedes="K3-261123-03", changed="hostel found")
    text = words_of(press.render(slip, lang="en"))
    assert "LATE ENTRY" in text
    assert "Replaces slip K3-261123-03" in text
    assert "hostel found" in text


# ------------------------------------------------------------------------------------------------- one page always


def test_a_crowded_case_loses_alternatives_first_and_says_how_many(press: SlipPress) -> None:
    slip = page(crowded())
    cut = press.fitting(slip, lang="en")
    text = words_of(press.render(slip, lang="en"))
    assert cut.alternatives < 32
    assert cut.size == SIZE
    assert f"+{32 - cut.alternatives} more locations not printed" in text
    assert text.count("Tower") == cut.alternatives
    assert pages_of(press.render(slip)) == pages_of(press.render(slip, lang="en")) == 1
    whole = crowded().subject.hostel
    assert whole
    assert len(whole) == 200
    assert flat(whole)[-12:] in flat(text)


def test_contacts_and_reasons_left_out_are_counted(press: SlipPress) -> None:
    case = crowded()
    case = replace(
        case,
        subject=replace(case.subject, hazards="door " * 120),
        reasons=tuple(Reason(f"r{n}", case.reasons[0].text, 1) for n in range(60)),
    )
    cut = press.fitting(page(case), lang="en")
    text = words_of(press.render(page(case), lang="en"))
    assert (cut.alternatives, cut.contacts) == (0, 1)
    assert 1 <= cut.reasons < 60
    assert "+32 more locations" in text
    assert "+20 more contacts" in text
    assert f"+{60 - cut.reasons} more reasons" in text


def most() -> Referral:
    """Every field as long as the contract lets it be."""
    case, name = crowded(), "ऊँचा नाम " * 34
    place = Location("l9", "operator", name[:300], "गली " * 500, "3" * 300, 25.2, 75.8, 5, accepted_at=NOW)
    subject = replace(
        CASE.subject, name=name[:271] + "Z" * 29, hostel=name[:300], room=name[:300], warden=name[:300],
        institute=name[:300], guardian_name=name[:300], hazards="खतरा " * 400, phone="0" * 300, language=name[:300],
    )  # fmt: skip
    return replace(case, subject=subject, locations=(*case.locations, place))


@pytest.mark.parametrize("lang", ["hi", "en"])
@pytest.mark.parametrize("training", [True, False])
def test_even_the_longest_case_is_one_page_with_name_and_best_place_whole(
    press: SlipPress, lang: Language, training: bool
) -> None:
    case = replace(most(), training=training, late_entry=True)
    pdf = press.render(
        page(case, supersedes="K3-261123-03", changed="x" * 999, told="y " * 400, landmark="z " * 400), lang=lang
    )
    text = flat(words_of(pdf))
    assert pages_of(pdf) == 1
    assert "Z" * 29 in text
    assert text.count("गली") >= 500
    assert "0000-000-0100" in text


# ------------------------------------------------------------------------------------------------- leaving nothing


def test_a_word_longer_than_the_line_stays_on_the_paper(press: SlipPress) -> None:
    word = "".join(f"{n:04d}" for n in range(75))
    pdf = press.render(page(replace(CASE, subject=replace(CASE.subject, name=word, phone=word, hostel="हॉस्टल" * 50))))
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    right_edges = [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(right_edges) < 148 / 25.4 * 72 - 10
    assert flat(words_of(pdf)).replace("\u200b", "").count(word[-20:]) == 2


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_copy_of_a_page_is_left_on_the_disk(press: SlipPress, watched: Path) -> None:
    before = {path for path in watched.rglob("*") if path.is_file()}
    there = set(Path("/tmp").iterdir())
    SlipPress(resources()).render(page())
    press.render(page(crowded()), fmt="png")
    assert {path for path in watched.rglob("*") if path.is_file()} == before
    for path in set(Path("/tmp").iterdir()) - there:
        assert not (path.is_file() and b"K3-261123-04" in path.read_bytes())


def test_the_file_carries_the_slips_number_and_nothing_of_the_post(press: SlipPress) -> None:
    done = subprocess.run(["pdfinfo", "-"], input=press.render(page()), capture_output=True, check=True)
    head = done.stdout.decode()
    assert "K3-261123-04" in head
    assert "रिया" not in head
    text = words_of(press.render(page(), lang="en"))
    for canary in (EXCERPT, "canary"):
        assert canary not in text


def test_the_same_slip_gives_the_same_bytes(press: SlipPress) -> None:
    assert press.render(page()) == press.render(page())
