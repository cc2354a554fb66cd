"""``python -m snlib access explain``."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from snlib.access import Permission
from snlib.command_line import main

ROOT = Path(__file__).parents[3]
CLAIMS = {"iss": "https://login.example/t/v2.0", "tid": "t", "oid": "o", "roles": ["Helpdesk.Agent"]}


@pytest.fixture(autouse=True)
def no_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings file of the checkout it runs in."""
    monkeypatch.setattr("snlib.command_line.access_command.SECRETS_FILE", tmp_path / "none.toml")


def explained(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run the command; return the exit code and what was printed."""
    code = main(["access", "explain", "--claims", str(path)])
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {str(permission) for permission in Permission}
    assert all(set(one) == {"allowed", "reason"} for one in answer.values())
    assert all(type(one["allowed"]) is bool and one["reason"].endswith(".") for one in answer.values())
    return code, answer


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_each_permission_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str], mark: str):
    """Every permission has a boolean and a sentence; a byte order mark in front does not matter."""
    path = tmp_path / "claims.json"
    path.write_text(mark + json.dumps(CLAIMS), encoding="utf-8")
    code, answer = explained(path, capsys)
    assert code == 0
    assert answer["incidents.view"] == {"allowed": True, "reason": "Granted by the app role Helpdesk.Agent."}
    assert not answer["audit.view"]["allowed"]


def test_the_settings_count(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """The command explains with the mapping of this machine's settings."""
    monkeypatch.setenv("SNLIB_ACCESS_APP_ROLES", "L1=counts.view")
    path = tmp_path / "claims.json"
    path.write_text(json.dumps({**CLAIMS, "roles": ["L1", "Helpdesk.Agent"]}), encoding="utf-8")
    code, answer = explained(path, capsys)
    assert (code, [name for name, one in answer.items() if one["allowed"]]) == (0, ["counts.view"])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "The file is not JSON."),
        (b"{", "The file is not JSON."),
        (b"sentinel", "The file is not JSON."),
        (b'{"iss": NaN}', "The file is not JSON."),
        (b"\xff\xfe{}", "The file is not JSON."),
        (b"[" * 100_000, "The file is not JSON."),
        (b'{"roles": ["Auditor"], "roles": []}', "A claim is in the file twice."),
        (b" " * (2**20 + 1), "The file is larger than 1 MB"),
        (b"[]", "The claims are not a JSON object."),
        (b"null", "The claims are not a JSON object."),
        (b'{"tid": "t", "oid": "o", "roles": ["Auditor"]}', "The claim iss is missing."),
        (b'{"iss": "i", "tid": "t", "oid": "o", "roles": {}}', "The claim roles must be a text or a list of texts."),
    ],
)
def test_malformed_claims(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, fault: str):
    """What is not an ID token's claims refuses everything, says why, prints the JSON all the same, and exits with 1."""
    path = tmp_path / "claims.json"
    path.write_bytes(content)
    code, answer = explained(path, capsys)
    assert code == 1
    assert not any(one["allowed"] for one in answer.values())
    assert all(fault in one["reason"] and "sentinel" not in one["reason"] for one in answer.values())


def test_no_such_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A file that is not there, or is a folder, refuses everything, too."""
    for path in (tmp_path / "missing.json", tmp_path):
        code, answer = explained(path, capsys)
        assert code == 1
        assert answer["users.search"]["reason"].endswith("The file cannot be read.")


def test_faults_of_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """With faulty settings the command prints the faults and exits with 1."""
    monkeypatch.setenv("SNLIB_ACCESS_CLAIM", "groups")
    assert main(["access", "explain", "--claims", str(tmp_path / "claims.json")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "SNLIB_ACCESS_CLAIM and SNLIB_ACCESS_CLAIM_ROLES belong together" in printed.err


def test_as_a_program(tmp_path: Path):
    """The command runs as ``python -m snlib`` with nothing configured, and prints JSON only."""
    path = tmp_path / "claims.json"
    path.write_text(json.dumps(CLAIMS), encoding="utf-8")
    command = [sys.executable, "-m", "snlib", "access", "explain", "--claims", str(path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(ran.stdout)["users.search"]["allowed"] is True
    assert ran.stderr == ""


def test_groups_that_did_not_arrive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Groups that were too many for the token are named with each refusal, and on standard error."""
    monkeypatch.setenv("SNLIB_ACCESS_CLAIM", "groups")
    monkeypatch.setenv("SNLIB_ACCESS_CLAIM_ROLES", "0aa11111-2222-4333-8444-555555555555=Helpdesk.Agent")
    path = tmp_path / "claims.json"
    path.write_text(json.dumps({**CLAIMS, "roles": None, "_claim_names": {"groups": "src1"}}), encoding="utf-8")
    assert main(["access", "explain", "--claims", str(path)]) == 0
    printed = capsys.readouterr()
    assert "without the claim groups" in printed.err
    assert all("without the claim groups" in one["reason"] for one in json.loads(printed.out).values())
