"""Set the checkout up: system packages, .venv, pinned dependencies, compiled translations.

    python3 packaging/bootstrap.py demo     what `make demo` needs on this machine
    python3 packaging/bootstrap.py test     what `make demo` and `make test` need

Only the standard library, Python 3.11 to 3.13. Tried on Debian 12; written for Ubuntu 24.04, untried there.
Each room below keeps a mark in .venv/setup.json of what it did last; when the mark still fits, the room does nothing,
so that a second call needs neither network nor time.
Exit 0: ready. Exit 1: one sentence says what is missing and what to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MARK = VENV / "setup.json"
LOCK = ROOT / "packaging" / "lock" / "dev.txt"
TRANSLATIONS = ROOT / "resources" / "translations"
PYTHONS = ((3, 11), (3, 13))  # oldest and newest that the wheels in the lock files are built for

# --- Debian packages, by what needs them ----------------------------------------------------------------------------
FOR_PYTHON = ("ca-certificates", "tzdata")  # pip checks certificates with them; the desk keeps Indian time
FOR_WINDOW = (  # what Qt opens at run time and its wheel does not bring
    "libglib2.0-0", "libgl1", "libegl1", "libfontconfig1", "libdbus-1-3", "libxkbcommon0", "libbrotli1",
    "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "fonts-noto-core",
)  # fmt: skip
FOR_SOUND = ("libportaudio2", "libasound2-plugins")
FOR_PRINTING = ("cups-client",)
FOR_VIRTUAL_DESK = (  # a screen, a window manager, a keyboard, a sound server, a printer and a keyring that nobody owns
    "xvfb", "openbox", "x11-xkb-utils", "libxtst6", "xclip", "dbus", "at-spi2-core", "pulseaudio", "pulseaudio-utils",
    "gnome-keyring", "cups", "cups-filters", "cups-ipp-utils", "poppler-utils", "imagemagick", "zbar-tools",
)  # fmt: skip
# Since the 64-bit time change (Ubuntu 24.04, Debian 13) a few packages carry another name.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}


def main(argv: list[str]) -> int:
    """Run the rooms in order; the arguments are the program's own."""
    goal = argv[1] if len(argv) == 2 else ""
    if goal not in ("demo", "test"):
        stop("usage: bootstrap.py demo|test")
    use_a_fitting_python()
    with Path(__file__).open() as own:
        fcntl.flock(own, fcntl.LOCK_EX)  # two calls of make at once: the second waits, then finds all done
        system_packages(packages_for(goal))
        virtual_environment()
        dependencies()
        translations()
    return 0


# --- room: which Python ---------------------------------------------------------------------------------------------
def use_a_fitting_python() -> None:
    """Go on in this interpreter if it fits, else start again in one that does."""
    oldest, newest = PYTHONS
    if oldest <= sys.version_info[:2] <= newest:
        return
    for minor in range(newest[1], oldest[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])  # noqa: S606 - no shell, our own arguments
    stop(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}. Install one and call again.")


def has_venv_module() -> bool:
    """Whether this Python can make an environment with pip in it (Debian keeps both in packages of their own)."""
    found = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return found.returncode == 0


# --- room: system packages ------------------------------------------------------------------------------------------
def packages_for(goal: str) -> list[str]:
    """The Debian packages `goal` needs here: with a display the demo needs no virtual one."""
    needed = [*FOR_PYTHON, *FOR_WINDOW, *FOR_SOUND, *FOR_PRINTING]
    if goal == "test" or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        needed += FOR_VIRTUAL_DESK
    if not (VENV / "bin" / "pip").exists() and not has_venv_module():
        needed.append(f"python3.{sys.version_info.minor}-venv")
    return needed


def system_packages(needed: list[str]) -> None:
    """Install the Debian packages that are missing, and only those."""
    known = set(mark().get("system", []))
    if known.issuperset(needed):
        return
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        stop("only Debian and Ubuntu are known here; elsewhere install what these packages hold: " + " ".join(needed))
    missing = missing_packages(needed)
    if missing:
        install(missing)
        left = missing_packages(needed)
        if left:
            stop("apt-get said it was done, yet these are still missing: " + " ".join(left))
    remember_system(known.union(needed))


def missing_packages(needed: list[str]) -> list[str]:
    """Those of `needed` that dpkg does not count as installed, by the name apt would install here."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n"]
    names = [*needed, *(RENAMED[name] for name in needed if name in RENAMED)]
    answer = subprocess.run([*query, *names], capture_output=True, text=True, check=False).stdout
    present = {line.split()[1] for line in answer.splitlines() if line.startswith("installed ")}
    missing = [name for name in needed if name not in present and RENAMED.get(name) not in present]
    return [RENAMED[name] if name in RENAMED and renamed_here() else name for name in missing]


def renamed_here() -> bool:
    """Whether this release came after the 64-bit time change."""
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    version = release.get("VERSION_ID", "0").strip('"').split(".")[0]
    return int(version) >= (24 if release.get("ID", "").strip('"') == "ubuntu" else 13)


def install(missing: list[str]) -> None:
    """Let apt install `missing`, as root or by a sudo that asks nothing; else print the one line to run and stop."""
    apt = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif shutil.which("sudo") and run_quietly(["sudo", "-n", "true"]):
        prefix = ["sudo", "-n"]
    else:
        stop(f"system packages are missing. Run this once as root, then call again: apt-get update && {' '.join(apt)}")
    say(f"installing {len(missing)} system packages: {' '.join(missing)}")
    # Nobody is asked anything, and an apt that runs already is waited for.
    base = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    lists = Path("/var/lib/apt/lists")
    fresh = not any(lists.glob("*_Packages*"))
    if fresh:
        run([*base, "update"], "apt-get could not fetch its lists; is the network there?")
    command = [*base, *apt[1:]]
    if fresh:
        run(command, "apt-get could not install them; its own words are above.")
    elif not run_shown(command):  # old lists name versions the mirror has dropped
        run([*base, "update"], "apt-get could not fetch its lists; is the network there?")
        run(command, "apt-get could not install them; its own words are above.")


# --- room: .venv ----------------------------------------------------------------------------------------------------
def virtual_environment() -> None:
    """Make .venv with this Python, unless one stands there and answers."""
    stands = (VENV / "bin" / "python").exists()
    if stands and mark().get("python"):
        return
    if not (stands and run_quietly([venv("python"), "-c", "import pip"])):
        say(f"making .venv with Python {sys.version.split()[0]}")
        kept = mark()
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make .venv; its words are above.")
        MARK.write_text(json.dumps({"system": kept.get("system", [])}))
    remember("python", version_of_venv())


def version_of_venv() -> str:
    """The Python version .venv runs, for instance 3.11.2."""
    show = "import platform; print(platform.python_version())"
    return subprocess.run([venv("python"), "-c", show], capture_output=True, text=True, check=True).stdout.strip()


# --- room: dependencies ---------------------------------------------------------------------------------------------
def dependencies() -> None:
    """Install exactly what the lock file pins, each file checked against its hash, and this checkout beside it."""
    key = digest(LOCK, ROOT / "pyproject.toml", extra=mark().get("python", ""))
    if mark().get("dependencies") == key:
        return
    count = sum(line[:1].isalnum() for line in LOCK.read_text().splitlines())
    say(f"installing {count} pinned Python packages into .venv (about 200 MB to fetch the first time)")
    pip = [venv("python"), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]
    run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)],
        "pip could not install the pinned packages; its own words are above. Is the network there?")  # fmt: skip
    run([*pip, "--no-index", "--no-build-isolation", "--editable", str(ROOT)],
        "pip could not install this checkout into .venv; its own words are above.")  # fmt: skip
    remember("dependencies", key)


# --- room: translations ---------------------------------------------------------------------------------------------
def translations() -> None:
    """Compile every .ts to the .qm that Qt loads."""
    sources = sorted(TRANSLATIONS.glob("*.ts"))
    key = digest(*sources)
    if mark().get("translations") == key and all(source.with_suffix(".qm").exists() for source in sources):
        return
    for source in sources:
        made = source.with_suffix(".qm.new")
        run([venv("pyside6-lrelease"), "-silent", str(source), "-qm", str(made)],
            f"{source.name} could not be compiled; the compiler's words are above.")  # fmt: skip
        made.replace(source.with_suffix(".qm"))
    remember("translations", key)


# --- marks, words, commands -----------------------------------------------------------------------------------------
def mark() -> dict[str, str | list[str]]:
    """What the rooms did last time; empty when nothing stands."""
    try:
        done: dict[str, str | list[str]] = json.loads(MARK.read_text())
    except (OSError, ValueError):
        return {}
    return done


def remember(room: str, value: str | list[str]) -> None:
    """Write down what `room` has done, after it is done."""
    VENV.mkdir(exist_ok=True)
    made = MARK.with_suffix(".new")
    made.write_text(json.dumps({**mark(), room: value}, indent=1))
    made.replace(MARK)


def remember_system(names: set[str]) -> None:
    """Write down which system packages are known to be there."""
    remember("system", sorted(names))


def digest(*files: Path, extra: object = "") -> str:
    """One short hash over the content of `files`."""
    total = hashlib.sha256(str(extra).encode())
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()[:16]


def venv(program: str) -> str:
    """The path of a program in .venv."""
    return str(VENV / "bin" / program)


def environment() -> dict[str, str]:
    """Our own environment without what would make Python or pip install elsewhere or otherwise.

    How to reach packages (proxy, certificate, mirror) is the machine's business and stays; hashes guard the content.
    """
    reach = ("CERT", "CLIENT_CERT", "PROXY", "INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "TRUSTED_HOST", "NO_INDEX",
             "CACHE_DIR", "NO_CACHE_DIR", "DEFAULT_TIMEOUT", "TIMEOUT", "RETRIES", "CONFIG_FILE")  # fmt: skip
    kept = {f"PIP_{name}" for name in reach}
    drop = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    return {k: v for k, v in os.environ.items() if k not in drop and (not k.startswith("PIP_") or k in kept)}


def run_shown(command: list[str]) -> bool:
    """Run a command whose complaints the reader sees, not its chatter; whether it ended well."""
    quiet = subprocess.DEVNULL
    return subprocess.run(command, env=environment(), stdin=quiet, stdout=quiet, check=False).returncode == 0


def run_quietly(command: list[str]) -> bool:
    """Run a command as a question; whether it ended well."""
    asked = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return asked.returncode == 0


def run(command: list[str], otherwise: str) -> None:
    """Run a command that must end well, or stop with the sentence `otherwise`."""
    if not run_shown(command):
        stop(otherwise)


def say(words: str) -> None:
    """One line about what is going on."""
    print(f"set-up: {words}", flush=True)


def stop(words: str) -> NoReturn:
    """One line about what is missing, and exit 1."""
    print(f"set-up: {words}", file=sys.stderr, flush=True)
    raise SystemExit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
