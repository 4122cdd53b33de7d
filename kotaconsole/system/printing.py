"""Slips to a named print queue, through the system's own commands.

The toolkit's printer prints to another queue when the name is unknown and says "done" when the queue is disabled, so
the queue is asked first and the job is followed. The page goes in by a pipe: no file of ours is ever made. The print
server keeps its own copy for a day unless its administrator sets `PreserveJobFiles No`; a client cannot ask for that.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Final, Literal

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.system import ipp

JobState = Literal["waiting", "printing", "held", "completed", "failed", "gone"]
_TIMEOUT_S: Final = 10.0
_REQUEST: Final = re.compile(r"request id is (\S+-\d+)")
_STATES: Final[dict[int, JobState]] = {
    ipp.PENDING: "waiting",
    ipp.HELD: "held",
    ipp.PROCESSING: "printing",
    ipp.STOPPED: "held",
    ipp.COMPLETED: "completed",
}
_QUEUE: Final = re.compile(r"[^\s/#-][^\s/#]{0,126}")


class CupsPrinter:
    """The print queues of this machine, by `lpstat` and `lp`.

    Thread: any but the GUI's: each call waits for the print server, at most 10 s.
    """

    def __init__(self, env: dict[str, str] | None = None) -> None:
        """Use the given environment, by default the process's own; CUPS_SERVER in it names another server."""
        self._env = dict(os.environ if env is None else env) | {"LC_ALL": "C"}

    def queues(self) -> tuple[str, ...]:
        """The names of all queues.

        Raises:
            EnvironmentFault: `print-no-client`, `print-no-server`.
        """
        self._server()
        return tuple(self._run("lpstat", "-e").stdout.split())

    def check(self, queue: str) -> None:
        """Say nothing when the queue is there, enabled and accepting.

        Raises:
            EnvironmentFault: `print-no-queue` (none is set), `print-no-client`, `print-no-server`,
                `print-queue-unknown`, `print-queue-rejecting`, `print-queue-disabled`.
        """
        if not queue:
            raise _fault("print-no-queue")
        if not _QUEUE.fullmatch(queue) or queue not in self.queues():
            raise _fault("print-queue-unknown", queue)
        if f"{queue} accepting" not in self._run("lpstat", "-a", queue).stdout:
            raise _fault("print-queue-rejecting", queue)
        # "disabled" stands right after the name; later words are the administrator's free text
        if self._run("lpstat", "-p", queue).stdout.startswith(f"printer {queue} disabled"):
            raise _fault("print-queue-disabled", queue)

    def submit(self, page: bytes, *, queue: str, slip_number: str, paper: str = "A5") -> str:
        """Check the queue, then hand the PDF to it; the job's only title is the slip's number.

        Returns:
            The job's id, for `job_state`.

        Raises:
            EnvironmentFault: as `check`, and `print-refused`.
        """
        self.check(queue)
        # no banner page: it would carry a name, and lie in the tray
        options = ("-o", f"media={paper}", "-o", "sides=one-sided", "-o", "job-sheets=none")
        done = self._run("lp", "-d", queue, "-t", slip_number, *options, "--", "-", page=page)
        found = _REQUEST.search(done.stdout)
        if done.returncode or found is None:
            raise _fault("print-refused", queue, f"lp ended with {done.returncode}")
        return found[1]

    def job_state(self, job_id: str) -> JobState:
        """Where a job stands; `failed` also when it was cancelled, `gone` when the server knows nothing of it.

        Raises:
            EnvironmentFault: `print-no-client`, `print-no-server`.
        """
        self._server()
        address = self._run("lpstat", "-H").stdout.strip()
        try:
            state = ipp.job_state(address, int(job_id.rpartition("-")[2]))
        except ipp.IppError as problem:
            raise _fault("print-no-server", technical=str(problem)) from problem
        return "gone" if state is None else _STATES.get(state, "failed")

    def _server(self) -> None:
        """Nothing while a print server answers; else the fault."""
        if "scheduler is running" not in self._run("lpstat", "-r").stdout:
            raise _fault("print-no-server")

    def _run(self, program: str, *words: str, page: bytes = b"") -> subprocess.CompletedProcess[str]:
        if sys.platform == "win32":  # the seam for the Windows spooler; written, not tried there
            raise _fault("print-no-client")
        try:
            done = subprocess.run(
                [program, *words], input=page, env=self._env, capture_output=True, timeout=_TIMEOUT_S, check=False
            )
        except FileNotFoundError as problem:
            raise _fault("print-no-client", technical=program) from problem
        except subprocess.TimeoutExpired as problem:
            raise _fault("print-no-server", technical=f"{program} gave no answer") from problem
        return subprocess.CompletedProcess(program, done.returncode, done.stdout.decode(errors="replace"), "")


def _fault(code: str, queue: str = "", technical: str = "") -> EnvironmentFault:
    sentence = _SENTENCES[code]
    safe_en = "The slip keeps its number and nothing is lost; it can be printed again. "
    safe_hi = "पर्ची का नंबर सुरक्षित है, कुछ नहीं खोया; पर्ची दोबारा छापी जा सकती है। "
    return EnvironmentFault(
        code,
        Bilingual(
            en=sentence[0].en.format(queue=queue) + " " + safe_en + sentence[1].en,
            hi=sentence[0].hi.format(queue=queue) + " " + safe_hi + sentence[1].hi,
        ),
        technical,
    )


_BY_VOICE: Final = Bilingual(
    "Read the slip to the station by telephone and note the name of who took it.",
    "तब तक पर्ची थाने को फ़ोन पर पढ़कर सुनाएँ और लेने वाले का नाम नोट करें।",
)
_SENTENCES: Final[dict[str, tuple[Bilingual, Bilingual]]] = {
    "print-no-queue": (
        Bilingual("No print queue is set for slips.", "पर्चियों के लिए कोई प्रिंट क़तार तय नहीं है।"),
        Bilingual("Ask the administrator to set one. " + _BY_VOICE.en, "प्रशासक से तय करवाएँ। " + _BY_VOICE.hi),
    ),
    "print-no-client": (
        Bilingual("This computer has no printing programs.", "इस कंप्यूटर पर छपाई के प्रोग्राम नहीं हैं।"),
        Bilingual("Ask the administrator to install them. " + _BY_VOICE.en, "प्रशासक से स्थापित करवाएँ। " + _BY_VOICE.hi),
    ),
    "print-no-server": (
        Bilingual("The print service does not answer.", "छपाई सेवा उत्तर नहीं दे रही।"),
        Bilingual("Ask the administrator to start it. " + _BY_VOICE.en, "प्रशासक से चालू करवाएँ। " + _BY_VOICE.hi),
    ),
    "print-queue-unknown": (
        Bilingual("There is no print queue “{queue}”.", "“{queue}” नाम की कोई प्रिंट क़तार नहीं है।"),
        Bilingual(
            "Choose another queue, or tell the administrator. " + _BY_VOICE.en,
            "दूसरी क़तार चुनें या प्रशासक को बताएँ। " + _BY_VOICE.hi,
        ),
    ),
    "print-queue-disabled": (
        Bilingual("The print queue “{queue}” is stopped.", "प्रिंट क़तार “{queue}” रुकी हुई है।"),
        Bilingual(
            "Look at the printer (paper, cover, cable), then have the queue started. " + _BY_VOICE.en,
            "प्रिंटर देखें (काग़ज़, ढक्कन, तार), फिर क़तार चालू करवाएँ। " + _BY_VOICE.hi,
        ),
    ),
    "print-queue-rejecting": (
        Bilingual("The print queue “{queue}” takes no jobs at present.", "प्रिंट क़तार “{queue}” अभी काम नहीं ले रही।"),
        Bilingual(
            "Choose another queue, or tell the administrator. " + _BY_VOICE.en,
            "दूसरी क़तार चुनें या प्रशासक को बताएँ। " + _BY_VOICE.hi,
        ),
    ),
    "print-refused": (
        Bilingual("The print service refused the job.", "छपाई सेवा ने काम लेने से मना किया।"),
        Bilingual(
            "Try once more, then tell the administrator. " + _BY_VOICE.en,
            "एक बार फिर कोशिश करें, फिर प्रशासक को बताएँ। " + _BY_VOICE.hi,
        ),
    ),
}
