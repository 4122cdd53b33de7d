"""Where things lie: the shipped resources and the folder of one desk.

Everything a desk writes lies under one folder, so that an administrator can back it up, move it or look at its
rights in one place; nothing personal is ever written elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kotaconsole.domain.errors import Bilingual, EnvironmentFault

APP: Final = "kotaconsole"
_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ProfileDirs:
    """The folder of one desk and what lies in it.

    Attributes:
        root: the folder itself, readable by its owner only.
        profile_id: 32 hex digits that name the desk's key in the keyring; they stay when the folder is moved.
    """

    root: Path
    profile_id: str

    @property
    def outbox_db(self) -> Path:
        """The precious file: what was entered here and is not yet proved to be at the hub."""
        return self.root / "outbox.db"

    @property
    def cache_db(self) -> Path:
        """The file that can be built again from the hub."""
        return self.root / "cache.db"

    @property
    def databases(self) -> tuple[Path, Path]:
        """Every file the desk's key opens."""
        return (self.outbox_db, self.cache_db)

    @property
    def logs(self) -> Path:
        """Folder of the log files, which hold no personal data."""
        return self.root / "logs"

    @property
    def lock_file(self) -> Path:
        """What keeps a second console from the same folder."""
        return self.root / "console.lock"


def resources() -> Path:
    """The shipped resources: beside the package (checkout, frozen build) or inside it (installed).

    Raises:
        EnvironmentFault: `resources-missing`; the installation is damaged.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / "resources", package / "_resources"):
        if folder.is_dir():
            return folder
    raise EnvironmentFault(
        "resources-missing",
        Bilingual(
            en="The program's own files are missing. What was saved on this desk is untouched. "
            "Ask the administrator to install the program again.",
            hi="प्रोग्राम की अपनी फ़ाइलें नहीं मिलीं। इस डेस्क पर सुरक्षित जानकारी जस की तस है। "
            "प्रशासक से प्रोग्राम दोबारा स्थापित करने को कहें।",
        ),
    )


def default_root() -> Path:
    """The user's own data folder, by the rules of the operating system."""
    import platformdirs  # noqa: PLC0415 - 3 ms that a desk with a named folder need not wait for

    return platformdirs.user_data_path(APP, appauthor=False)


def profile_dirs(override: Path | None = None) -> ProfileDirs:
    """The desk's folder, made with rights 0700 where it is absent; `override` is what `--profile` names.

    Raises:
        EnvironmentFault: `profile-unusable`; the folder cannot be made, read or written.
    """
    root = (override or default_root()).expanduser().absolute()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            root.chmod(0o700)
        return ProfileDirs(root, _profile_id(root / "profile-id"))
    except OSError as problem:
        raise profile_unusable(problem) from problem


def known_profile(override: Path | None = None) -> ProfileDirs | None:
    """The desk's folder as it is, and None where no console has ever begun one; nothing is made or changed.

    Raises:
        EnvironmentFault: `profile-unusable`; it cannot be read.
    """
    root = (override or default_root()).expanduser().absolute()
    try:
        known = (root / "profile-id").read_text("ascii", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise profile_unusable(problem) from problem
    return ProfileDirs(root, known)


def profile_unusable(problem: OSError) -> EnvironmentFault:
    """The fault for a desk folder that the system does not let us use."""
    return EnvironmentFault(
        "profile-unusable",
        Bilingual(
            en="The folder of this desk cannot be used. Nothing in it was changed. "
            "Ask the administrator to check its rights and the free space of the disk.",
            hi="इस डेस्क का फ़ोल्डर काम में नहीं लिया जा सका। उसमें कुछ नहीं बदला गया। "
            "प्रशासक से उसके अधिकार और डिस्क की खाली जगह जाँचने को कहें।",
        ),
        f"{type(problem).__name__} errno={problem.errno}",
    )


def ourselves(*words: str) -> list[str]:
    """The command line that starts this very program with these words, from a checkout or a frozen build."""
    frozen = getattr(sys, "frozen", False)
    return [sys.executable, *(() if frozen else ("-m", APP)), *words]


def private_umask() -> None:
    """From here on every new file is readable by its owner only. Thread: the main one, before any other starts."""
    os.umask(0o077)


def _profile_id(file: Path) -> str:
    """The id in the file; a new one where there is none.

    A file that was cut short gives a new id: the key is then not found, and a desk that has databases says so
    instead of making new ones.
    """
    try:
        known = file.read_text("ascii", errors="replace").strip()
    except FileNotFoundError:
        known = ""
    if _ID.fullmatch(known):
        return known
    fresh = os.urandom(16).hex()
    draft = file.with_suffix(".new")
    with draft.open("w", encoding="ascii") as out:
        out.write(fresh)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return fresh
