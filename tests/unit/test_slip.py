"""What stands on a slip, what must not, and in which order it gives way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain import slip_words as words
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.listing import best_place
from kotaconsole.domain.referral import Account, Location, Subject
from kotaconsole.domain.slip import (
    SIZE,
    SlipNumber,
    SlipPage,
    cuts,
    guardian_withheld,
    parse_slip_number,
    slip_number,
)
from kotaconsole.domain.slip_text import last_digits
from tests.printing.slip_cases import CASE, EXCERPT, FACTS, GUARDIAN, NOW, crowded, page

pytestmark = pytest.mark.unit


# ------------------------------------------------------------------------------------------------- its number


def test_number_is_desk_day_and_running_number() -> None:
    assert slip_number("K3", date(2026, 11, 23), 4) == "K3-261123-04"
    assert slip_number("K3", date(2026, 11, 23), 104) == "K3-261123-104"


@given(
    desk=st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True),
    day=st.dates(date(2026, 1, 1), date(2099, 12, 31)),
    n=st.integers(1, 9999),
)
def test_a_number_reads_back(desk: str, day: date, n: int) -> None:
    assert parse_slip_number(slip_number(desk, day, n)) == SlipNumber(desk, day, n)


@pytest.mark.parametrize("text", ["", "K3-261123", "k3-261123-04", "K3-261323-04", "K3-261123-00", "K3-२६११२३-०४"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_slip_number(text)


@pytest.mark.parametrize(("desk", "n"), [("", 1), ("K 3", 1), ("K3", 0), ("K3", 10000)])
def test_no_number_is_made_of_nonsense(desk: str, n: int) -> None:
    with pytest.raises(ValueError, match="slip number"):
        slip_number(desk, date(2026, 11, 23), n)


# ------------------------------------------------------------------------------------------------- what is on it


def labelled(slip: SlipPage, label: str) -> list[str]:
    entries = (*slip.person, *slip.stay, *slip.contacts)
    return [entry.value.en for entry in entries if entry.label == words.LABELS[label]]


def test_the_head_says_which_slip_to_whom_and_how_fresh() -> None:
    slip = page(copy=2, supersedes="K3-261123-03", changed="hostel\u202e")
    assert (slip.number, slip.case_number.en, slip.copy) == ("K3-261123-04", "2026-000123", 2)
    assert slip.printed_at == NOW
    assert slip.as_of == FACTS.as_of
    assert slip.to == Bilingual("Police station Kunhadi", "थाना कुन्हाड़ी")
    assert slip.told == "आर. मीणा (कल्पित), थानाधिकारी"
    assert (slip.supersedes, slip.changed) == ("K3-261123-03", "hostel")


def test_the_officer_told_is_the_operators_word_first_and_never_another_units() -> None:
    assert page(told="S. Gurjar").told == "S. Gurjar"
    assert page(unit="kota-city").told is None


@pytest.mark.parametrize(("case", "hub", "marked"), [(True, False, True), (False, True, True), (False, False, False)])
def test_training_is_marked_by_case_or_hub(case: bool, hub: bool, marked: bool) -> None:
    assert page(replace(CASE, training=case), training=hub).training is marked


def test_level_and_reasons_in_words() -> None:
    assert page().level_words == words.LEVELS["P1"]
    assert [reason.hi for reason in page().reasons] == ["साधन पास होना बताया गया", "समय बताया गया"]
    assert page(replace(CASE, reasons=(), level_by_hand=True)).reasons == (words.BY_HAND,)
    assert page(replace(CASE, reasons=())).reasons == (words.NO_REASON,)


def test_qr_says_case_and_slip_number_only() -> None:
    assert page().qr == "2026-000123 K3-261123-04"
    assert page(replace(CASE, number=None)).qr == "K3-261123-04"


@pytest.mark.parametrize(
    ("name", "holder", "shown", "note", "caution"),
    [
        ("रिया", "yes", "रिया", None, None),
        (None, "yes", "raat_ka_musafir", words.ALIAS, None),
        (None, "unknown", "raat_ka_musafir", words.ALIAS, words.HOLDER_UNKNOWN),
        (None, "no", words.NAME_UNKNOWN.en, None, words.HOLDER_OTHER),
        ("रिया", "who knows", "रिया", None, words.HOLDER_UNKNOWN),
    ],
)
def test_the_accounts_holder_is_never_taken_for_the_person(
    name: str | None, holder: str, shown: str, note: Bilingual | None, caution: Bilingual | None
) -> None:
    case = replace(
        CASE, subject=replace(CASE.subject, name=name), account=replace(CASE.account, holder_is_subject=holder)
    )
    slip = page(case)
    assert (slip.name.en, slip.name_note, slip.caution) == (shown, note, caution)
    assert labelled(slip, "holder") == (["raat_ka_musafir"] if holder == "no" else [])


@pytest.mark.parametrize(
    ("age", "band", "shown"),
    [
        (17, "25_plus", "under_18"),
        (30, "under_18", "under_18"),
        (20, "unknown", "18_24"),
        (30, "18_24", "18_24"),
        (30, "unknown", "25_plus"),
        (None, "25_plus", "25_plus"),
        (None, "unknown", "unknown"),
        (None, "teen", "unknown"),
    ],
)
def test_the_age_band_is_that_of_the_younger(age: int | None, band: str, shown: str) -> None:
    case = replace(CASE, subject=replace(CASE.subject, age=age), account=replace(CASE.account, age_band=band))
    assert labelled(page(case), "age") == [words.AGES[shown].en]


def test_an_empty_case_says_unknown_instead_of_nothing() -> None:
    empty = replace(CASE, subject=Subject(), account=Account(), locations=(), flags=(), number=None, informed=())
    slip = page(empty, landmark=None, callback=None, ambulance="unknown")
    assert slip.name == words.NAME_UNKNOWN
    assert slip.best.where == words.PLACE_UNKNOWN
    assert labelled(slip, "phone") == [words.UNKNOWN.en]
    assert labelled(slip, "language") == [words.UNKNOWN.en]
    assert slip.hazards == words.HAZARDS_UNKNOWN
    assert slip.ambulance == words.AMBULANCE["unknown"]
    assert slip.case_number == words.NO_NUMBER
    assert (slip.stay, slip.contacts, slip.callback, slip.family, slip.told) == ((), (), None, None, None)


# ------------------------------------------------------------------------------------------------- places


def test_the_best_place_is_the_one_the_screen_names_first() -> None:
    first = best_place(CASE)
    assert first is not None
    assert page().best.where.en == first.text
    assert len(page().alternatives) == len(CASE.locations) - 1


@pytest.mark.parametrize(
    ("observed", "english", "hindi"),
    [
        ("2026-11-22T21:20:30Z", "22 min old (02:50)", "22 मिनट पुरानी (02:50)"),
        ("2026-11-22T16:00:00Z", "5 h old (22-11-2026 21:30)", "5 घंटे पुरानी (22-11-2026 21:30)"),
        ("2026-11-19T16:00:00Z", "3 days old (19-11-2026 21:30)", "3 दिन पुरानी (19-11-2026 21:30)"),
        ("2026-11-22T21:50:00Z", "03:20", "03:20"),
        (None, "time unknown", "समय अज्ञात"),
    ],
)
def test_a_place_says_its_age_and_the_clock(observed: str | None, english: str, hindi: str) -> None:
    place = Location("a", "cell", "operator X", "Talwandi", radius_m=900,
                     observed_at=Instant.parse(observed) if observed else None)  # fmt: skip
    trust = page(replace(CASE, locations=(place,))).best.trust
    assert trust is not None
    assert trust.en == f"from the mobile tower · {english} · within 900 m · source operator X"
    assert trust.hi == f"मोबाइल टावर से · {hindi} · 900 मीटर के दायरे में · स्रोत operator X"


def test_coordinates_without_words_and_kinds_nobody_knows() -> None:
    slip = page(replace(CASE, locations=(Location("a", "satellite", None, None, None, 25.2, 75.8, 2500.0),)))
    assert slip.best.where == words.COORDINATES_ONLY
    assert slip.best.point == "25.20000, 75.80000"
    assert slip.best.trust == Bilingual(
        "unknown · time unknown · within 2.5 km", "अज्ञात · समय अज्ञात · 2.5 किमी के दायरे में"
    )


# ------------------------------------------------------------------------------------------------- what is not


def test_nothing_of_the_post_and_no_mail_address_is_on_it() -> None:
    everything = repr(page())
    for canary in (EXCERPT, "canary-note", "canary-raw", "canary@"):
        assert canary not in everything


def test_only_verified_unexpired_helplines_print() -> None:
    assert [line.value.en for line in page().helplines] == ["14416", "112", "1098"]


@pytest.mark.parametrize(
    ("harm", "age", "withheld"),
    [
        ("yes", 30, True),
        ("yes", 16, True),
        ("unknown", 16, True),
        ("a word nobody knows", 16, True),
        ("unknown", 30, False),
        ("no", 16, False),
    ],
)
def test_guardians_phone_is_withheld(harm: str, age: int, withheld: bool) -> None:
    case = replace(
        CASE,
        account=replace(CASE.account, age_band="unknown"),
        subject=replace(CASE.subject, family_may_harm=harm, age=age),
    )
    assert guardian_withheld(case) is withheld
    assert ("00077" in repr(page(case))) is not withheld
    assert page(case).family == (words.WITHHELD if withheld else None)
    assert "सुनीता" in labelled(page(case), "guardian")[0]


def test_a_reason_prints_the_guardians_phone_and_an_empty_one_does_not() -> None:
    case = replace(CASE, subject=replace(CASE.subject, family_may_harm="yes"))
    said = page(case, guardian_reason="warden asked, mother is on the way")
    assert GUARDIAN in labelled(said, "guardian")[0]
    assert said.family == words.FAMILY_CARE
    assert "00077" not in repr(page(case, guardian_reason="  "))


def test_the_withheld_number_gets_out_by_no_other_way() -> None:
    """Families share numbers, and operators type them into any line."""
    case = replace(
        CASE,
        account=replace(CASE.account, phones=("0091-00000-00077", "+91 00000 00041", "0000000042")),
        subject=replace(
            CASE.subject,
            family_may_harm="yes",
            phone="०००००००००७७",
            warden="call 00000-00077 (mother)",
            room="0000000077",
            hazards="ma: ०००००-०००७७",
        ),
    )
    slip = page(case, landmark="+91(00000)00077", told="00000 00077", changed="00000.00077")
    for text in (repr(slip), *labelled(slip, "account_phone")):
        assert "0000000077" not in "".join(str(int(c)) for c in text if c.isdigit())
    assert labelled(slip, "account_phone") == ["+91 00000 00041", "0000000042"]
    assert labelled(slip, "warden") == ["call [xxxxxxxxxx] (mother)"]


def test_one_number_written_twice_prints_once() -> None:
    case = replace(CASE, account=replace(CASE.account, phones=("0000000042", "0000000042", "00000 00041")))
    assert labelled(page(case), "account_phone") == ["0000000042"]


def test_last_digits_compare_numbers_however_written() -> None:
    assert last_digits("+91 00000-00041") == last_digits("०००००००००४१") == "0000000041"
    assert last_digits(None) == ""


def test_hidden_characters_do_not_reach_paper() -> None:
    case = replace(CASE, subject=replace(CASE.subject, name="Ri\u202eya\x07\n Sharma", hostel="\u200b\x00"))
    slip = page(case)
    assert slip.name.en == "Riya Sharma"
    assert labelled(slip, "hostel") == []


def test_only_name_place_and_hazards_may_be_longer_than_a_name() -> None:
    long = "घर " * 200
    place = replace(CASE.locations[2], text=long, source=long)
    case = replace(
        CASE,
        locations=(place,),
        subject=replace(CASE.subject, name=long, hazards=long, hostel=long, guardian_name=long, phone=long),
    )
    slip = page(case, told=long, changed=long, landmark=long)
    assert {len(said.en) for said in (slip.name, slip.hazards, slip.best.where)} == {len(long) - 1}
    for said in (slip.told, slip.changed, *labelled(slip, "hostel"), *labelled(slip, "landmark")):
        assert said is not None
        assert said == f"{long[:300]}… +299"


# ------------------------------------------------------------------------------------------------- giving way


def test_what_gives_way_first() -> None:
    steps = cuts(page(crowded()))
    assert (steps[0].alternatives, steps[0].contacts, steps[0].reasons) == (32, 21, 9)
    full = [step for step in steps if (step.alternatives, step.contacts, step.reasons) == (32, 21, 9)]
    assert [step.size for step in full] == sorted((step.size for step in full), reverse=True)
    assert full[-1].size == SIZE
    for earlier, later in pairwise(steps):
        assert later != earlier
        if later.contacts < earlier.contacts:
            assert earlier.alternatives == 0
        if later.reasons < earlier.reasons:
            assert earlier.contacts == 1
        if later.size < SIZE or later.hazards is not None:
            assert (later.alternatives, later.contacts, later.reasons) == (0, 1, 1)


def test_a_slip_with_little_has_little_to_give() -> None:
    slip = page(replace(CASE, subject=Subject(), account=Account(), locations=()))
    assert {(step.alternatives, step.contacts) for step in cuts(slip)} == {(0, 0)}


def test_every_word_is_there_in_both_languages() -> None:
    tables = (words.LEVELS, words.AGES, words.PLACE_KINDS, words.AMBULANCE, words.LABELS)
    said = [word for table in tables for key, word in table.items() if key != "as_of_end"] + list(words.APPROACH)
    for word in said:
        assert word.en
        assert any("\u0900" <= char <= "\u097f" for char in word.hi), word.en


@pytest.mark.parametrize("word", ["आरोपी", "अपराध", "ड्रामा", "असफल", "सफल प्रयास"])
def test_words_of_respect_only(word: str) -> None:
    everything = " ".join(entry.hi for entry in (*words.LABELS.values(), *words.APPROACH, words.WITHHELD))
    assert word not in everything


@pytest.mark.parametrize(("code", "said"), [("hi", "हिंदी"), ("EN", "अंग्रेज़ी"), ("मेवाड़ी", "मेवाड़ी"), (None, "अज्ञात")])
def test_the_language_is_a_word_and_no_code(code: str | None, said: str) -> None:
    case = replace(CASE, subject=replace(CASE.subject, language=code), flags=())
    (told,) = [entry.value.hi for entry in page(case).person if entry.label.en == "Language"]
    assert told == said
