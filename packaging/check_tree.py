"""Check that no file of the tree leans on one machine or one package index.

Refused: addresses of package indexes and their options, paths of somebody's machine, lock formats that hold addresses.
The lock files may hold no address at all. Standard library only; prints every find and ends 1 when there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN_NAMES = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock", "pip.conf", "uv.toml"}
# Each pattern has one letter in brackets, so that it does not find itself.
PATTERNS = {
    "address of a package index": re.compile(r"py[p]i\.(?:org|python)|python[h]osted|artifact[r]egistry|/simpl[e]/"),
    "option that names an index": re.compile(r"(?:--|[^\w-])(?:extra-)?index-ur[l]\s*[=\s]\s*\S*://|--find-link[s][=\s]\s*\S"),
    "path of one machine": re.compile(r"(?<![\w.~$}])/(?:roo[t]/|hom[e]/(?!kiosk)\w+/|wor[k]/\w|User[s]/\w)"),
}  # fmt: skip
ADDRESS = re.compile(r"\w+://|^\s*-(?!-hash)", re.MULTILINE)


def main() -> int:
    """List what is found, one line each."""
    finds = [find for name in tracked() for find in look(name)]
    for find in finds:
        print(find)
    return 1 if finds else 0


def tracked() -> list[str]:
    """Every file that is committed or would be."""
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


def look(name: str) -> list[str]:
    """What is wrong with one file; pictures, fonts and other files with a NUL byte are not read."""
    path = ROOT / name
    if path.name in FORBIDDEN_NAMES:
        return [f"{name}: this kind of file holds index addresses and is not committed"]
    if not path.is_file() or b"\0" in (content := path.read_bytes()):
        return []
    text = content.decode("utf-8", "replace")
    finds = [
        f"{name}:{number}: {what}: {match.group(0)!r}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in PATTERNS.items()
        if (match := pattern.search(line))
    ]
    if name.startswith("packaging/lock/") and ADDRESS.search(text):
        finds.append(f"{name}: a lock file holds names, versions and hashes, no address and no option")
    return finds


if __name__ == "__main__":
    sys.exit(main())
