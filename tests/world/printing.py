"""A tray: a private print server whose printers keep what reaches them, with moods."""

from __future__ import annotations

import getpass
import grp
import os
import plistlib
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world.processes import TOKEN_NAME, Nest, free_port, listens
from tests.world.waiting import until

# CUPS' own file: device overwrites one file with every job; this keeps each. A file "mode" is the printer's mood.
# cupsd forgets the titles of ended jobs now and then (seen in 3 of 10), so the backend keeps what it was told.
_BACKEND = r"""#!/bin/sh
[ $# = 0 ] && { echo 'direct keep "Unknown" "Keep each job as a file"'; exit 0; }
dir="${DEVICE_URI#keep:}"
mode() { cat "$dir/mode" 2>/dev/null; }
case "$(mode)" in
fail) echo "ERROR: the printer refused the job" >&2; exit 1;;
offline) echo "STATE: +offline-report" >&2; echo "INFO: the printer is not connected" >&2;;
paper) echo "STATE: +media-empty-error" >&2; echo "INFO: out of paper" >&2;;
esac
while [ "$(mode)" = offline ] || [ "$(mode)" = paper ]; do sleep 0.2; done
echo "STATE: -offline-report,media-empty-error" >&2
printf '%s\n%s\n%s\n%s\n' "$2" "$4" "$5" "$3" > "$dir/job-$1.meta"
if [ -n "$6" ]; then cat "$6"; else cat; fi > "$dir/.job-$1" && mv "$dir/.job-$1" "$dir/job-$1.prn"
"""
_FILES_CONF = """FileDevice Yes
ServerRoot {d}/etc
ServerBin {d}/bin
RequestRoot {d}/spool
TempDir {d}/spool/tmp
CacheDir {d}/cache
StateDir {d}/run
DataDir /usr/share/cups
DocumentRoot /usr/share/cups/doc-root
AccessLog {d}/log/access
ErrorLog {d}/log/error
PageLog {d}/log/page
SystemGroup {system_group}
User {user}
Group {group}
SyncOnClose No
LogFileGroup {system_group}
PassEnv {token_name}
"""
_SERVER_CONF = """Listen 127.0.0.1:{port}
ServerName 127.0.0.1
Browsing Off
BrowseLocalProtocols none
DefaultAuthType None
WebInterface No
PreserveJobFiles Yes
PreserveJobHistory Yes
MaxJobs 0
LogLevel info
ErrorPolicy retry-job
JobRetryInterval 3
DirtyCleanInterval 0
<Location />
Order deny,allow
Allow 127.0.0.1
</Location>
<Policy default>
JobPrivateAccess all
JobPrivateValues none
SubscriptionPrivateAccess all
SubscriptionPrivateValues none
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
_LIST_JOBS = """{{ NAME "jobs" OPERATION Get-Jobs GROUP operation-attributes-tag
ATTR charset attributes-charset utf-8 ATTR language attributes-natural-language en
ATTR uri printer-uri ipp://127.0.0.1:{port}/
ATTR keyword which-jobs all ATTR keyword requested-attributes all }}
"""
_PPD = Path("/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd")
_CUPS = Path("/usr/lib/cups")
_STATES = {3: "pending", 4: "held", 5: "processing", 6: "stopped", 7: "canceled", 8: "aborted", 9: "completed"}


@dataclass(frozen=True)
class Job:
    """One print job.

    Attributes:
        state: pending, held, processing, stopped, canceled, aborted or completed.
        output: What reached the printer, with the printer language around it; None while nothing has.
        documents: What the program handed in, as it was.
    """

    id: int
    title: str
    queue: str
    state: str
    user: str
    output: Path | None
    documents: tuple[Path, ...]

    def pdf(self) -> bytes | None:
        """The PDF that reached the printer (or else was handed in); None if there is none."""
        for file in ([self.output] if self.output else []) + list(self.documents):
            raw = file.read_bytes()
            start, end = raw.find(b"%PDF-"), raw.rfind(b"%%EOF")
            if 0 <= start < end:
                return raw[start : end + 5] + b"\n"
        return None


class PrintServer:
    """A private cupsd on a free loopback port; also runs without root.

    Attributes:
        queues: Names of the queues, the default one first.
    """

    def __init__(self, nest: Nest, queues: Sequence[str] = ("slips",)) -> None:
        self._nest, self.queues = nest, tuple(queues)
        self._dir, self._port = nest.dir / "cups", free_port()
        nest.env["CUPS_SERVER"] = self.address

    @property
    def address(self) -> str:
        """The value of CUPS_SERVER."""
        return f"127.0.0.1:{self._port}"

    def settings_for(self, nest: Nest) -> None:
        """Let another nest's programs print here."""
        nest.env["CUPS_SERVER"] = self.address

    def start(self) -> PrintServer:
        """Start the server and make the queues."""
        self._lay_out()
        conf, files = self._dir / "etc/cupsd.conf", self._dir / "etc/cups-files.conf"
        conf.write_text(_SERVER_CONF.format(port=self._port))
        files.write_text(_FILES_CONF.format(d=self._dir, token_name=TOKEN_NAME, **_who()))
        self._nest.spawn(["cupsd", "-f", "-c", str(conf), "-s", str(files)], "cupsd")
        until(lambda: listens(self._port), 30, lambda: f"cupsd on {self._port}: {self._nest.log('cupsd')[-600:]}")
        for queue in self.queues:
            self._add_queue(queue)
        if self.queues:
            self._nest.run(["lpadmin", "-d", self.queues[0]])
        (self._dir / "jobs.test").write_text(_LIST_JOBS.format(port=self._port))
        return self

    def _lay_out(self) -> None:
        for sub in ("etc/ppd", "spool/tmp", "cache", "run", "log", "bin/backend", "out"):
            (self._dir / sub).mkdir(parents=True)
        for part in (p for p in _CUPS.iterdir() if p.name != "backend"):
            (self._dir / "bin" / part.name).symlink_to(part)
        keep = self._dir / "bin/backend/keep"
        keep.write_text(_BACKEND)
        keep.chmod(0o700)  # closed to others: only then does a cupsd of root run it as root, so that it may write here
        for folder in (self._dir, *(self._dir / s for s in ("spool", "spool/tmp", "cache", "run", "etc"))):
            folder.chmod(0o755)

    def _add_queue(self, queue: str) -> None:
        out = self._out(queue)
        out.mkdir()
        policy = ["-o", "printer-is-shared=false", "-o", "printer-error-policy=retry-job"]
        self._nest.run(["lpadmin", "-p", queue, "-v", f"keep:{out}", "-P", str(_PPD), "-E", *policy])

    def _out(self, queue: str) -> Path:
        return self._dir / "out" / queue

    def jobs(self, title: str | None = None) -> list[Job]:
        """All jobs, also ended ones, oldest first; with a title that matches the regular expression."""
        command = ["ipptool", "-X", f"ipp://{self.address}/", str(self._dir / "jobs.test")]
        # bytes, not text: a plist names its own encoding
        raw = subprocess.run(command, env=self._nest.env, capture_output=True, timeout=30, check=False).stdout
        answers = [a for t in plistlib.loads(raw).get("Tests", []) for a in t.get("ResponseAttributes", [])]
        found = [self._job(a) for a in answers if "job-id" in a]
        return sorted((j for j in found if title is None or re.search(title, j.title)), key=lambda j: j.id)

    def _job(self, attributes: dict[str, Any]) -> Job:
        number, queue = int(attributes["job-id"]), str(attributes.get("job-printer-uri", "")).rsplit("/", 1)[-1]
        output = self._out(queue) / f"job-{number}.prn"
        meta = output.with_suffix(".meta")
        title = str(attributes.get("job-name", ""))
        if meta.exists():
            title = meta.read_text(errors="replace").split("\n", 3)[3].strip()
        state = attributes.get("job-state")
        word = _STATES.get(state) if isinstance(state, int) else None
        return Job(
            number,
            title,
            queue,
            word or str(state).replace("pending-held", "held").replace("processing-stopped", "stopped"),
            str(attributes.get("job-originating-user-name", "")),
            output if output.exists() else None,
            tuple(sorted((self._dir / "spool").glob(f"d{number:05d}-*"))),
        )

    def newest(self) -> int:
        """Number of the newest job, 0 if none: a mark for ``wait_job``."""
        return max((j.id for j in self.jobs()), default=0)

    def wait_job(
        self, after: int = 0, timeout: float = 15.0, title: str | None = None, state: str = "completed"
    ) -> Job:
        """The first job with a number above ``after`` that has come to this state (and matches the title)."""

        def look() -> Job | None:
            return next((j for j in self.jobs(title) if j.id > after and j.state == state), None)

        return until(look, timeout, lambda: f"a {state} print job {title or ''}; jobs: {self.jobs()}", 0.1)

    def mood(self, queue: str, mood: str) -> None:
        """``ok``, ``offline``, ``paper`` (out of it) or ``fail``."""
        (self._out(queue) / "mode").write_text(mood)

    def disable(self, queue: str, why: str = "test") -> None:
        """Stop the queue; jobs wait."""
        self._nest.run(["cupsdisable", "-r", why, queue])

    def enable(self, queue: str) -> None:
        """Let the queue go on."""
        self._nest.run(["cupsenable", queue])

    def reset(self) -> None:
        """Every printer in a good mood and enabled, nothing waiting, so that one test does not leak into the next."""
        for queue in self.queues:
            self.mood(queue, "ok")
            self._nest.run(["cancel", "-a", queue], check=False)
            self.enable(queue)


def pdf_text(pdf: bytes, folder: Path) -> str:
    """The words of a PDF in reading order."""
    path = folder / f"read-{time.monotonic_ns()}.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout


def _who() -> dict[str, str]:
    """As whom cupsd works: root hands its filters to ``lp``, anybody else keeps everything."""
    if os.getuid() == 0:
        return {"user": "lp", "group": "lp", "system_group": "root"}
    group = grp.getgrgid(os.getgid()).gr_name
    # cupsd refuses a system group that its jobs' group is, so the administrators' group is another
    return {"user": getpass.getuser(), "group": group, "system_group": "root"}
