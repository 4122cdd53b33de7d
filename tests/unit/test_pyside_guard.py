"""The PySide6 in use survives a working day: one release loses a reference to None with every void call.

6.12.0 on Python below 3.12 ends the process after some 5,000 such calls, which is minutes of ordinary work.
"""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 50_000
SCRIPT = f"""
import sys
from PySide6.QtCore import QObject

one = QObject()
before = sys.getrefcount(None)
for _ in range({CALLS}):
    one.setObjectName("x")
print(before - sys.getrefcount(None))
"""


def test_void_calls_cost_no_reference_to_none() -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"ended with {done.returncode} within {CALLS} calls: {done.stderr[-500:]}"
    assert int(done.stdout) < CALLS // 100, f"{done.stdout.strip()} references to None were lost"
