"""Slips on a real print server: what the operator learns before, while and after a page is printed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system.paths import resources
from kotaconsole.system.printing import CupsPrinter, JobState
from kotaconsole.system.slip_page import SlipPress
from tests.printing.slip_cases import page
from tests.world.printing import PrintServer, pdf_text
from tests.world.waiting import until

NUMBER = "K3-261123-04"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return SlipPress(resources()).render(page())


@pytest.fixture
def printer(print_server: PrintServer) -> CupsPrinter:
    return CupsPrinter({"PATH": "/usr/bin:/bin", "CUPS_SERVER": print_server.address})


def wait(printer: CupsPrinter, job: str, state: JobState) -> None:
    until(lambda: printer.job_state(job) == state, 20, lambda: f"{state}, not {printer.job_state(job)}", 0.1)


def test_a_page_reaches_the_printer_and_carries_only_its_number(
    printer: CupsPrinter, print_server: PrintServer, pdf: bytes, tmp_path: Path
) -> None:
    before = print_server.newest()
    job = printer.submit(pdf, queue="slips", slip_number=NUMBER)
    wait(printer, job, "completed")
    printed = print_server.wait_job(before)
    assert (printed.title, printed.queue) == (NUMBER, "slips")
    assert printed.documents[0].read_bytes() == pdf
    arrived = printed.pdf()
    assert arrived is not None
    assert NUMBER in pdf_text(arrived, tmp_path)


def test_all_queues_are_named(printer: CupsPrinter) -> None:
    assert set(printer.queues()) == {"slips", "second"}


@pytest.mark.parametrize("queue", ["slip", "nowhere", "-x", "a b", "slips/../second"])
def test_an_unknown_queue_is_told_and_nothing_is_printed_elsewhere(
    printer: CupsPrinter, print_server: PrintServer, pdf: bytes, queue: str
) -> None:
    before = print_server.newest()
    with pytest.raises(EnvironmentFault) as told:
        printer.submit(pdf, queue=queue, slip_number=NUMBER)
    assert told.value.code == "print-queue-unknown"
    assert f"“{queue}”" in told.value.sentence.hi
    assert f"“{queue}”" in told.value.sentence.en
    assert print_server.newest() == before


def test_a_disabled_queue_is_told_before_anything_waits_in_it(
    printer: CupsPrinter, print_server: PrintServer, pdf: bytes
) -> None:
    print_server.disable("slips", "enabled since nobody knows")
    before = print_server.newest()
    with pytest.raises(EnvironmentFault) as told:
        printer.submit(pdf, queue="slips", slip_number=NUMBER)
    assert told.value.code == "print-queue-disabled"
    assert print_server.newest() == before
    print_server.enable("slips")
    printer.check("slips")


def test_a_queue_that_rejects_is_told(printer: CupsPrinter, print_server: PrintServer) -> None:
    env = {"PATH": "/usr/bin:/bin:/usr/sbin", "CUPS_SERVER": print_server.address}
    subprocess.run(["cupsreject", "-r", "test", "second"], env=env, check=True, timeout=10)
    try:
        with pytest.raises(EnvironmentFault) as told:
            printer.check("second")
    finally:
        subprocess.run(["cupsaccept", "second"], env=env, check=True, timeout=10)
    assert told.value.code == "print-queue-rejecting"


def test_no_queue_set_is_told() -> None:
    with pytest.raises(EnvironmentFault) as told:
        CupsPrinter({"PATH": "/usr/bin:/bin"}).check("")
    assert told.value.code == "print-no-queue"


def test_no_server_is_told_apart_from_no_programs(pdf: bytes) -> None:
    for env, code in (
        ({"PATH": "/usr/bin:/bin", "CUPS_SERVER": "127.0.0.1:1"}, "print-no-server"),
        ({"PATH": "/nowhere"}, "print-no-client"),
    ):
        for ask in (lambda p: p.check("slips"), lambda p: p.queues(), lambda p: p.job_state("slips-1")):
            with pytest.raises(EnvironmentFault) as told:
                ask(CupsPrinter(env))
            assert told.value.code == code


def test_a_printer_that_is_away_keeps_the_job_waiting_and_then_prints_it(
    printer: CupsPrinter, print_server: PrintServer, pdf: bytes
) -> None:
    print_server.mood("slips", "paper")
    job = printer.submit(pdf, queue="slips", slip_number=NUMBER)
    until(lambda: printer.job_state(job) in {"printing", "waiting"}, 5, "the job to be under way")
    assert printer.job_state(job) != "completed"
    print_server.mood("slips", "ok")
    wait(printer, job, "completed")


def test_a_cancelled_job_is_not_called_printed(printer: CupsPrinter, print_server: PrintServer, pdf: bytes) -> None:
    print_server.mood("slips", "offline")
    job = printer.submit(pdf, queue="slips", slip_number=NUMBER)
    env = {"PATH": "/usr/bin:/bin", "CUPS_SERVER": print_server.address}
    subprocess.run(["cancel", job], env=env, check=True, timeout=10)
    wait(printer, job, "failed")


def test_a_job_the_server_gave_up_is_not_called_printed(
    printer: CupsPrinter, print_server: PrintServer, pdf: bytes
) -> None:
    env = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "CUPS_SERVER": print_server.address}
    policy = ["lpadmin", "-p", "second", "-o"]
    subprocess.run([*policy, "printer-error-policy=abort-job"], env=env, check=True, timeout=10)
    print_server.mood("second", "fail")
    try:
        wait(printer, printer.submit(pdf, queue="second", slip_number=NUMBER), "failed")
    finally:
        subprocess.run([*policy, "printer-error-policy=retry-job"], env=env, check=True, timeout=10)


def test_a_job_nobody_made_is_gone(printer: CupsPrinter) -> None:
    assert printer.job_state("slips-99999") == "gone"


def test_every_print_sentence_says_what_is_safe_and_what_to_do() -> None:
    from kotaconsole.system.printing import _SENTENCES, _fault

    for code in _SENTENCES:
        said = _fault(code, "slips").sentence
        assert "nothing is lost" in said.en
        assert "कुछ नहीं खोया" in said.hi
        assert "{" not in said.en + said.hi
        assert "telephone" in said.en or code == "print-refused"
