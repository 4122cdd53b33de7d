"""One run of generated requests against a hub process: `python -m tests.contract.api_run --seconds 600`.

Schemathesis makes the requests from the API document, valid and broken ones, alone and in the order its links
allow; what is expected of each operation, and why, stands in `schemathesis.toml` beside this.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.document import DOCUMENT, ROOT
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub

CONFIG = Path(__file__).with_name("schemathesis.toml")
GRACE_S = 90
"""Beyond its time a run may finish the request it is at and write what it found."""


@contextmanager
def hub_process(folder: Path) -> Iterator[str]:
    """A hub of its own; gives its address."""
    command = [sys.executable, "-m", "tests.contract.api_hub", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(30)


def run(seconds: int, seed: int, report: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Generate requests for so many seconds; the process's status is 0 when nothing was found."""
    with tempfile.TemporaryDirectory() as folder, hub_process(Path(folder)) as url:
        environment = {**os.environ, **_people(Path(folder), url)}
        environment.pop("PYTEST_CURRENT_TEST", None)
        command = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", str(DOCUMENT), "--url", url,
            "--max-time", str(seconds), "--seed", str(seed), "--no-color", "--generation-database", "none",
        ]  # fmt: skip
        if report is not None:
            command += ["--report-ndjson-path", str(report)]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds + GRACE_S, check=False
        )


def _people(folder: Path, url: str) -> dict[str, str]:
    """Somebody of every role, and cases to work on."""
    hub = TestHub(folder)
    hub.url = url
    boss = hub.person("boss", "supervisor")
    leaver = hub.person("leaver", "operator")
    auditor = hub.person("auditor", "auditor")
    cases = [hub.put_flag(f"API-{n}", signals=["plan"]).json["referral_id"] for n in range(4)]
    boss.command("acknowledge", cases[1], {"through": 1})
    boss.command("acknowledge", cases[2], {"through": 1})
    boss.command("contact", cases[2], {"in_person": True, "who": "बीट अधिकारी"}, seen=2)
    known = {"author": boss.id, "workstation": boss.workstation, "cases": cases}
    return {
        "API_TOKEN": _token(boss), "API_LEAVER": _token(leaver), "API_AUDITOR": _token(auditor),
        "API_SOURCE": _token(hub.source()), "API_PASSWORD": _token(Person(url, "leaver", new_uuid())),
        "API_KNOWN": json.dumps(known), "SCHEMATHESIS_HOOKS": "tests.contract.api_hooks", "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def _token(person: Person) -> str:
    return f"Bearer {person.token}"


def main() -> int:
    """Run once and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--report", type=Path, help="write every request and answer here, one JSON document per line")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    done = run(asked.seconds, asked.seed, asked.report)
    print(done.stdout, done.stderr, sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
