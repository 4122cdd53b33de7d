"""The key of the desk's files, with a real secret service: there, locked, none, and not to be trusted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, libsecret
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordSetError

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system import credentials
from kotaconsole.system.credentials import accepted, open_key
from tests.world.fixtures import Secrets

_ASK = """
import sys
from pathlib import Path
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system.credentials import open_key
try:
    print("key", open_key(sys.argv[1], [Path(name) for name in sys.argv[2:]]).hex())
except EnvironmentFault as fault:
    print("fault", fault.code, fault.technical)
"""


def ask(secrets: Secrets, profile: str, *files: Path, **env: str) -> tuple[str, ...]:
    """Ask for the key in a process of its own, as the console does."""
    command = [sys.executable, "-c", _ASK, profile, *map(str, files)]
    done = subprocess.run(command, env=secrets.env | env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(done.stdout.split(maxsplit=2))


def test_a_key_is_made_once_and_found_again(secrets: Secrets, tmp_path: Path) -> None:
    word, key = ask(secrets, "desk-a", tmp_path / "outbox.db")
    assert word == "key"
    assert len(bytes.fromhex(key)) == 32
    (tmp_path / "outbox.db").touch()
    assert ask(secrets, "desk-a", tmp_path / "outbox.db") == ("key", key)
    assert ask(secrets, "desk-b")[1] != key
    secrets.keyring.start("unlocked")
    assert ask(secrets, "desk-a", tmp_path / "outbox.db") == ("key", key)


def test_files_without_their_key_are_never_given_a_new_one(secrets: Secrets, tmp_path: Path) -> None:
    """Mutation guard: a key made here would be the end of everything that was saved."""
    (tmp_path / "cache.db").write_bytes(b"encrypted")
    files = (tmp_path / "outbox.db", tmp_path / "cache.db")
    for _ in range(2):
        assert ask(secrets, "desk-a", *files)[:2] == ("fault", "key-gone")
    (tmp_path / "cache.db").unlink()
    assert ask(secrets, "desk-a", *files)[0] == "key"


def test_a_locked_keyring_is_told_and_kept(secrets: Secrets, tmp_path: Path) -> None:
    key = ask(secrets, "desk-a")[1]
    (tmp_path / "outbox.db").touch()
    secrets.keyring.start("locked")
    assert ask(secrets, "desk-a", tmp_path / "outbox.db")[:2] == ("fault", "keyring-locked")
    assert ask(secrets, "desk-new")[:2] == ("fault", "keyring-locked")
    secrets.keyring.start("unlocked")
    assert ask(secrets, "desk-a", tmp_path / "outbox.db") == ("key", key)


def test_no_keyring_is_told_apart(secrets: Secrets) -> None:
    secrets.keyring.start("none")
    assert ask(secrets, "desk-a")[:2] == ("fault", "keyring-none")
    assert ask(secrets, "desk-a", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")[:2] == ("fault", "keyring-none")


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        ("keyring.backends.null.Keyring", "keyring-refuses"),
        ("keyring.backends.fail.Keyring", "keyring-none"),
        ("keyring.backends.no_such.Keyring", "keyring-none"),
    ],
)
def test_a_configured_backend_that_keeps_nothing_safe_is_refused(secrets: Secrets, backend: str, code: str) -> None:
    assert ask(secrets, "desk-a", PYTHON_KEYRING_BACKEND=backend)[:2] == ("fault", code)


def test_a_plain_text_backend_beside_a_real_one_is_refused(secrets: Secrets, tmp_path: Path) -> None:
    """Installing the alternative backends silently puts a chain with plain text in front."""
    (tmp_path / "plain.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 6\n"
        f"    def set_password(self, *words): open({str(tmp_path / 'leak')!r}, 'a').write(repr(words))\n"
        "    def get_password(self, *words): return None\n"
    )
    for backend in ("plain.Keyring", "keyring.backends.chainer.ChainerBackend"):
        env = {"PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": str(tmp_path)}
        hook = _ASK.replace("import sys\n", "import sys, plain\n", 1)
        done = subprocess.run(
            [sys.executable, "-c", hook, "desk-a"], env=secrets.env | env, capture_output=True, text=True, timeout=60,
            check=True,
        )  # fmt: skip
        assert done.stdout.startswith("fault keyring-refuses backend not accepted"), done.stdout
    assert not (tmp_path / "leak").exists()


# ------------------------------------------------------------------------------------- without a secret service


class Pretender(SecretService.Keyring):
    """A subclass may write anywhere."""


class Chain(chainer.ChainerBackend):
    backends = ()


def chain_of(monkeypatch: pytest.MonkeyPatch, *members: KeyringBackend) -> KeyringBackend:
    monkeypatch.setattr(chainer.ChainerBackend, "backends", list(members))
    return chainer.ChainerBackend()


def test_only_the_counted_classes_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    real = SecretService.Keyring()
    assert accepted(real) is real
    assert accepted(chain_of(monkeypatch, libsecret.Keyring(), real)) is real
    refused = [Pretender(), keyring.backends.null.Keyring(), libsecret.Keyring(), Chain()]
    for backend in refused:
        with pytest.raises(EnvironmentFault) as told:
            accepted(backend)
        assert told.value.code == "keyring-refuses"
    for members in ((real, keyring.backends.null.Keyring()), (Pretender(), real), (libsecret.Keyring(),), ()):
        with pytest.raises(EnvironmentFault, match="keyring-refuses"):
            accepted(chain_of(monkeypatch, *members))
    with pytest.raises(EnvironmentFault, match="keyring-none"):
        accepted(fail.Keyring())


class Scripted:
    """Answers of a secret service, in order; an exception among them is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.stored: list[str] = []

    def _next(self, *_words: str) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return self.stored[-1] if answer == "back" else answer

    get_password = _next

    def set_password(self, _service: str, _user: str, text: str) -> None:
        self.stored.append(text)
        self._next()


def scripted(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> Scripted:
    script = Scripted(*answers)
    monkeypatch.setattr(credentials, "accepted", lambda _backend: script)
    return script


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (NoKeyringError(), "keyring-none"),
        (KeyringLocked(), "keyring-locked"),
        (InitError("prompt dismissed"), "keyring-locked"),
        (PasswordSetError(), "keyring-refuses"),
        (KeyringError(), "keyring-refuses"),
        (OSError(), "keyring-refuses"),
        (credentials.secret.PromptDismissedException(), "keyring-locked"),
        (credentials.secret.LockedException(), "keyring-locked"),
        (credentials.secret.SecretServiceNotAvailableException(), "keyring-none"),
        (credentials.secret.SecretStorageException(), "keyring-refuses"),
    ],
)
def test_each_refusal_has_its_sentence(monkeypatch: pytest.MonkeyPatch, problem: Exception, code: str) -> None:
    for answers in ((problem,), (None, problem)):
        scripted(monkeypatch, *answers)
        with pytest.raises(EnvironmentFault) as told:
            open_key("desk", [], fail.Keyring())
        assert told.value.code == code


def test_the_sentences_differ_and_say_that_the_files_are_safe() -> None:
    faults = (credentials._NONE, credentials._LOCKED, credentials._REFUSES, credentials._GONE)
    assert len({said.hi for said in faults}) == len({said.en for said in faults}) == 4
    for said in faults:
        assert "untouched" in said.en
        assert "जस की तस" in said.hi


def test_a_key_that_does_not_come_back_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, None, None, None)
    with pytest.raises(EnvironmentFault, match="does not come back"):
        open_key("desk", [], fail.Keyring())


@pytest.mark.parametrize("entry", ["", "???", "c2hvcnQ="])
def test_an_entry_that_is_no_key_counts_as_gone(monkeypatch: pytest.MonkeyPatch, entry: str, tmp_path: Path) -> None:
    scripted(monkeypatch, entry)
    (tmp_path / "outbox.db").touch()
    with pytest.raises(EnvironmentFault, match="key-gone"):
        open_key("desk", [tmp_path / "outbox.db"], fail.Keyring())
    assert len(open_key_after(monkeypatch, entry)) == 32


def open_key_after(monkeypatch: pytest.MonkeyPatch, entry: str) -> bytes:
    scripted(monkeypatch, entry, None, "back")
    return open_key("desk", [], fail.Keyring())
