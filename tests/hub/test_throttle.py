"""Guesses at passwords: slowed per name and address and per address, and never at anybody else's cost."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from kotaconsole.hub.access.throttle import (
    FREE_PER_ADDRESS,
    FREE_PER_NAME,
    KEPT,
    LONGEST_WAIT_S,
    NAME_KEPT,
    Throttle,
)
from tests.hub.client import PASSWORD, Got, new_uuid
from tests.hub.fixtures import ManualClock, TestHub

HERE, THERE = "192.0.2.1", "192.0.2.9"


def guess(throttle: Throttle, name: str, address: str = HERE) -> float:
    """A wrong password where one may be tried; the seconds to wait otherwise."""
    wait = throttle.wait_s(name, address)
    if wait == 0:
        throttle.begin(name, address)
        throttle.missed(name, address)
    return wait


def sign_in(hub: TestHub, username: str, password: str, workstation: str = "w-1", address: str = HERE) -> Got:
    asked = {"username": username, "password": password, "workstation": {"id": workstation}}
    return hub.anyone().send("POST", "/v1/sessions", asked, **{"X-Forwarded-For": address})


def test_waiting_doubles_up_to_five_minutes() -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(FREE_PER_NAME + 12):
        wait = throttle.wait_s("asha", HERE)
        waits.append(wait)
        clock.advance(wait)
        assert guess(throttle, "asha") == 0
    assert waits[: FREE_PER_NAME + 3] == [0.0] * FREE_PER_NAME + [2.0, 4.0, 8.0]
    assert waits[-1] == LONGEST_WAIT_S == 300


def test_whoever_rotates_names_from_one_address_is_stopped_by_the_address() -> None:
    throttle = Throttle(ManualClock())
    tried = sum(guess(throttle, f"name-{n}") == 0 for n in range(2_000))
    assert tried == FREE_PER_ADDRESS
    assert throttle.wait_s("somebody else", THERE) == 0


def test_memory_is_bounded_whatever_is_tried_from_wherever() -> None:
    throttle = Throttle(ManualClock())
    for n in range(KEPT):
        guess(throttle, "x" * 10_000 + str(n), f"198.51.{n // 250}.{n % 250}")
    assert len(throttle) <= KEPT
    longest = max(len(part) for key in throttle._misses for part in key)
    assert longest <= NAME_KEPT


def test_an_address_under_siege_is_not_forgotten_among_many_others() -> None:
    throttle = Throttle(ManualClock())
    for n in range(FREE_PER_ADDRESS):
        guess(throttle, f"name-{n}")
    for n in range(KEPT):
        throttle.begin("asha", f"198.51.{n // 250}.{n % 250}")
        throttle.missed("asha", f"198.51.{n // 250}.{n % 250}")
        if n % 100 == 0:
            # every guess that is let through renews the entry
            throttle.begin(f"late-{n}", HERE)
            throttle.missed(f"late-{n}", HERE)
    assert throttle.wait_s("anybody", HERE) > 0


def test_guesses_that_are_being_checked_count_already() -> None:
    throttle = Throttle(ManualClock())
    for _ in range(FREE_PER_NAME):
        assert throttle.wait_s("asha", HERE) == 0
        throttle.begin("asha", HERE)
    assert throttle.wait_s("asha", HERE) > 0
    throttle.dropped("asha", HERE)
    assert throttle.wait_s("asha", HERE) == 0, "one that could not be checked is not held against anybody"


def test_a_right_password_starts_the_name_afresh_but_not_the_address() -> None:
    throttle = Throttle(ManualClock())
    for n in range(FREE_PER_ADDRESS - 1):
        guess(throttle, f"name-{n}")
    for _ in range(FREE_PER_NAME - 1):
        throttle.begin("asha", THERE)
        throttle.missed("asha", THERE)
    throttle.begin("asha", THERE)
    throttle.fitted("asha", THERE)
    assert [guess(throttle, "asha", THERE) for _ in range(FREE_PER_NAME)] == [0.0] * FREE_PER_NAME
    throttle.begin("ravi", HERE)
    throttle.fitted("ravi", HERE)
    guess(throttle, "last")
    assert throttle.wait_s("anybody", HERE) > 0


def test_right_passwords_leave_nothing_behind() -> None:
    throttle = Throttle(ManualClock())
    for n in range(100):
        throttle.begin(f"name-{n}", HERE)
        throttle.fitted(f"name-{n}", HERE)
    assert len(throttle) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
     ("::ffff:192.0.2.1", "192.0.2.1", True), ("fe80::1%eth0", "fe80::2", True), ("192.0.2.1", "192.0.2.2", False),
     ("unix", "unix", True)],
)  # fmt: skip
def test_what_counts_as_one_address(one: str, other: str, same: bool) -> None:
    throttle = Throttle(ManualClock())
    for _ in range(FREE_PER_NAME):
        guess(throttle, "asha", one)
    assert (throttle.wait_s("asha", other) > 0) is same


def test_many_guesses_at_once_are_no_way_around(make_hub: object) -> None:
    hub: TestHub = make_hub(behind_proxy=True)  # type: ignore[operator]
    hub.add_user("asha")
    got: list[Got] = []
    together = threading.Barrier(24)

    def ask() -> None:
        together.wait(30)
        got.append(sign_in(hub, "asha", "not the password"))

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    told = Counter(answer.code for answer in got)
    assert told["invalid-credentials"] == FREE_PER_NAME
    assert told["too-many-attempts"] == 24 - FREE_PER_NAME


def test_a_known_desk_comes_in_under_siege_but_does_not_guess_at_full_speed(make_hub: object) -> None:
    hub: TestHub = make_hub(behind_proxy=True)  # type: ignore[operator]
    person = hub.person("asha")
    for _ in range(FREE_PER_NAME):
        assert sign_in(hub, "asha", "not the password").code == "invalid-credentials"
    slowed = sign_in(hub, "asha", "not the password", person.workstation)
    assert (slowed.status, slowed.code, slowed.json["terminal"]) == (429, "too-many-attempts", False)
    assert 1 <= int(slowed.headers["retry-after"]) <= 300
    assert sign_in(hub, "asha", PASSWORD, new_uuid()).code == "too-many-attempts"
    assert sign_in(hub, "asha", PASSWORD, person.workstation).status == 201
    assert sign_in(hub, "asha", PASSWORD, new_uuid(), THERE).status == 201, "another address is not slowed"


def test_nobody_elses_desk_is_a_known_one(make_hub: object) -> None:
    hub: TestHub = make_hub(behind_proxy=True)  # type: ignore[operator]
    hub.add_user("asha")
    colleague = hub.person("ravi")
    for _ in range(FREE_PER_NAME):
        sign_in(hub, "asha", "not the password", colleague.workstation)
    assert sign_in(hub, "asha", PASSWORD, colleague.workstation).code == "too-many-attempts"
