"""``python -m snlib audit verify``."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from snlib.audit import AuditLog
from snlib.command_line import main
from snlib.database.engine import writing
from snlib.settings import load
from snlib.vault import Vault
from tests.stores import sqlite_file

ROOT = Path(__file__).parents[3]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Set the settings of a dashboard whose database is in the test's folder, and return them."""
    values = {
        "SNLIB_PUBLIC_URL": "https://desk.example.com",
        "SNLIB_DATABASE_URL": f"sqlite:///{tmp_path / 'dashboard.sqlite3'}",
        "SNLIB_TOKEN_KEYS": f"2026-11:{Vault.generate_key()}",
        "SNLIB_COOKIE_SECRET": secrets.token_urlsafe(48),
        "SNLIB_OIDC_METADATA_URL": "https://login.example.com/.well-known/openid-configuration",
        "SNLIB_OIDC_CLIENT_ID": "client",
        "SNLIB_OIDC_CLIENT_SECRET": secrets.token_urlsafe(24),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return values


def fill(folder: Path, environment: dict[str, str], *statements: str) -> None:
    """Write five lines, then do something behind the log's back."""
    settings = load(environment)
    assert settings is not None
    with sqlite_file(folder) as engine:
        log = AuditLog(engine, settings.vault_keys())
        for number in range(5):
            log.record(None, f"action.{number}")
        with writing(engine) as connection:
            for what in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER audit_event_no_{what}"))
            for statement in statements:
                connection.execute(text(statement))


def test_a_whole_log(tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]):
    """Exit code 0, with the number of rows and the head; with that head the next check goes through too."""
    fill(tmp_path, environment)
    assert main(["audit", "verify"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "OK, 5 rows. Every row is there, in its place, as it was written."
    assert main(["audit", "verify", "--head", second.removeprefix("Head ")]) == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_event SET detail = 'x' WHERE seq = 3", "BROKEN at row 3. Row 3 was altered, moved or added"),
        ("DELETE FROM audit_event WHERE seq = 2", "BROKEN at row 2. Row 2 is missing."),
        ("DELETE FROM audit_event WHERE seq > 3", "BROKEN at row 4. Rows 4 to 5 are missing."),
    ],
)
def test_a_broken_log(
    tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str], statement: str, said: str
):
    """Exit code 1, and the first broken row is named."""
    fill(tmp_path, environment, statement)
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize("key_id", ["2026-11", "2026-12"])
def test_a_key_that_did_not_seal_it(
    tmp_path: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    key_id: str,
):
    """Another key, under the same ID or another, is told from a log that was tampered with."""
    fill(tmp_path, environment)
    monkeypatch.setenv("SNLIB_TOKEN_KEYS", f"{key_id}:{Vault.generate_key()}")
    assert main(["audit", "verify"]) == 2
    assert "NOT CHECKED. The log was sealed with another key than those in SNLIB_TOKEN_KEYS." in capsys.readouterr().err
    monkeypatch.setenv("SNLIB_TOKEN_KEYS", environment["SNLIB_TOKEN_KEYS"])
    assert main(["audit", "verify"]) == 0


def test_tampering_is_no_wrong_key(tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]):
    """Seals that do not hold beside one that does are told as tampering, at the first of them."""
    fill(tmp_path, environment, "UPDATE audit_event SET seal = '2026-11:00' WHERE seq <= 4")
    assert main(["audit", "verify"]) == 1
    assert "BROKEN at row 1. Row 1 was added or altered: its seal does not match." in capsys.readouterr().out


def test_a_noted_head_that_is_gone(tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]):
    """A log emptied together with its head passes without, and fails with, a head that was kept earlier."""
    fill(tmp_path, environment, "DELETE FROM audit_event", "DELETE FROM meta WHERE key = 'audit.head'")
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "verify", "--head", f"5:{'a' * 64}"]) == 1
    assert "Rows 1 to 5 are missing." in capsys.readouterr().out


def test_what_cannot_be_checked(environment: dict[str, str], capsys: pytest.CaptureFixture[str]):
    """No database: exit code 2, in a sentence, and no database is made."""
    assert main(["audit", "verify"]) == 2
    assert "NOT CHECKED. The access log could not be read: There is no database file" in capsys.readouterr().err
    assert list(Path.cwd().iterdir()) == []


def test_a_faulty_configuration(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Settings that are wrong or missing are named, never their values."""
    monkeypatch.setenv("SNLIB_TOKEN_KEYS", "hunter2")
    assert main(["audit", "verify"]) == 2
    said = capsys.readouterr().err
    assert "SNLIB_TOKEN_KEYS" in said
    assert "hunter2" not in said
    for name in environment:
        monkeypatch.delenv(name)
    assert main(["audit", "verify"]) == 2
    assert "Nothing is configured" in capsys.readouterr().err


@pytest.mark.parametrize("head", ["", "5", "x:y", "5:abc"])
def test_a_head_that_is_none(environment: dict[str, str], capsys: pytest.CaptureFixture[str], head: str):
    """A head that cannot be read is refused before anything is opened."""
    with pytest.raises(SystemExit, match="2"):
        main(["audit", "verify", "--head", head])
    assert "NUMBER:HASH" in capsys.readouterr().err


def test_as_a_command(tmp_path: Path, environment: dict[str, str]):
    """The command runs as it is written in the documentation."""
    fill(tmp_path, environment)
    done = subprocess.run(
        [sys.executable, "-m", "snlib", "audit", "verify"],
        cwd=ROOT,
        env={**environment, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK, 5 rows.")
