"""The README: commands, links, people, and the walk it describes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from snlib.demo.core.instance import Setup
from snlib.demo.core.schema.choices import choice_label
from snlib.demo.core.storage import Storage
from snlib.demo.graph.query.search_text import parse_search
from snlib.demo.seed import seed_storage
from snlib.demo.seed.cast import INTUNE_ADMINISTRATOR_WID, PERSONAS
from snlib.demo.seed.organisation import HIDDEN_GROUP
from tests.docs.reading import ROOT, links, pages, rows, section, table, text_of

START = "pip install uv && uv run streamlit run app.py"
TEST = "pip install uv && uv run pytest"
OWN_PIP = 'python3 -m venv .uv && PATH="$PWD/.uv/bin:$PATH"'
"""What the README gives beside them, for a Python that keeps pip out (PEP 668)."""


@pytest.mark.parametrize("command", [START, TEST])
def test_both_commands_stand_on_the_first_screen(command):
    """Each of the two commands is a line of its own, by line 12."""
    assert command in text_of("README.md").splitlines()[:12]


def test_the_build_takes_the_test_command_from_the_readme():
    """`.ci/run` looks the test command up in the README, finds it there once, and runs what it found."""
    script = text_of(".ci/run")
    found = re.search(r"test_command=\$\(grep -m1 -E '([^']+)' README\.md\)", script)
    assert found, "no test_command in .ci/run"
    matching = [line for line in text_of("README.md").splitlines() if re.search(found[1], line)]
    assert matching == [TEST]
    assert 'bash -c "$test_command"' in script


def test_the_build_takes_the_line_for_pip_from_the_readme():
    """`.ci/run` looks the line up in the README, finds it there once, and runs it before it installs anything."""
    script = text_of(".ci/run")
    found = re.search(r"own_pip=\$\(grep -m1 -E '([^']+)' README\.md\)", script)
    assert found, "no own_pip in .ci/run"
    assert [line for line in text_of("README.md").splitlines() if re.search(found[1], line)] == [OWN_PIP]
    assert script.index('eval "$own_pip"') < script.index("pip install -q uv")


@pytest.fixture
def kept_out(tmp_path: Path) -> dict[str, str]:
    """The environment of a shell whose python3 is externally managed."""
    system = Path("/usr/bin/python3")
    marked = system.exists() and any(Path("/usr/lib").glob("python3*/EXTERNALLY-MANAGED"))
    if not marked:
        pytest.skip("needs a Python that its distribution manages, such as Debian's")
    if subprocess.run([system, "-c", "import ensurepip, pip"], capture_output=True, check=False).returncode:
        pytest.skip("needs Debian's python3-venv and python3-pip")
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.mark.parametrize(
    ("before", "refusal"), [("", "externally-managed"), (f"{OWN_PIP} && ", "No matching distribution")]
)
def test_pip_installs_after_the_one_other_line(tmp_path, kept_out, before, refusal):
    """Such a Python refuses `pip install`; after the README's line it goes as far as looking for the package."""
    command = f"{before}pip install --no-index --isolated uv"
    ended = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=kept_out, capture_output=True, text=True, check=False
    )
    assert refusal in ended.stderr


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Every link and picture of a page that is no web address is a file of the repository."""
    local = [target.partition("#")[0] for target in links(page.read_text(encoding="utf-8")) if "://" not in target]
    missing = [target for target in local if target and not (page.parent / target).exists()]
    assert missing == []


def test_every_page_can_be_reached_from_the_readme():
    """Each page below docs/ is found by following links from the README; a link to a folder leads to all it holds."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page.is_dir():
            waiting += page.glob("*.md")
        elif page.suffix == ".md" and page not in reached:
            reached.add(page)
            targets = [
                target.partition("#")[0] for target in links(page.read_text(encoding="utf-8")) if "://" not in target
            ]
            waiting += [(page.parent / target).resolve() for target in targets if (page.parent / target).exists()]
    assert set((ROOT / "docs").rglob("*.md")) - reached == set()


def roles_of(part) -> tuple[str, str]:
    """A persona's role in the dashboard and in ServiceNow, as the documentation writes them."""
    directory = ["Intune Administrator"] if INTUNE_ADMINISTRATOR_WID in part.wids else []
    return ", ".join([*directory, *part.app_roles]) or "none", ", ".join(part.roles) or "none"


def test_the_personas_are_those_of_the_seed():
    """README and docs/demo-instance.md name the five personas with the roles the seed gives them, in its order."""
    expected = [[f"{part.given} {part.surname}", *roles_of(part)] for part in PERSONAS]
    in_readme = rows(section(text_of("README.md"), "A walk through the demo"))
    assert [row[:3] for row in in_readme] == expected
    in_demo = table("docs/demo-instance.md", "Who can sign in")
    assert [[row[0], row[2], row[3]] for row in in_demo] == expected
    assert [row[1].strip("`") for row in in_demo] == [part.persona for part in PERSONAS]


def test_the_walk_can_be_walked():
    """The name the README says to type finds a person with readable incidents in the state that it then filters by."""
    walk = section(text_of("README.md"), "A walk through the demo")
    typed = re.search(r"Type `([^`]+)` into \*\*Find a person\*\*", walk)
    state = re.search(r"field \*State\*, value\s+\*(\w+)\*", walk)
    assert typed, "the README names no text to search for"
    assert state, "the README names no state"
    storage = Storage()
    seed_storage(storage, Setup())
    is_meant = parse_search(f'"displayName:{typed[1]}"')
    users = {row["service_now_user"] for row in storage.find("entra_user") if is_meant(row)}
    hidden = {row["sys_id"] for row in storage.find("sys_user_group", name=HIDDEN_GROUP)}
    states = [
        choice_label("incident", "state", row["state"])
        for row in storage.find("incident")
        if row["caller_id"] in users and row["assignment_group"] not in hidden
    ]
    assert state[1] in states


def test_the_serial_number_is_hers():
    """The serial number that the walk offers is of a device of the person whom the walk opens."""
    walk = section(text_of("README.md"), "A walk through the demo")
    opened = re.search(r"choose \*\*([^*]+)\*\*", walk)
    serial = re.search(r"`(\w+)` is her laptop's", walk)
    assert opened, "the README opens nobody"
    assert serial, "the README names no serial number"
    storage = Storage()
    seed_storage(storage, Setup())
    (device,) = storage.find("managed_device", serialNumber=serial[1])
    (owner,) = storage.find("entra_user", id=device["userId"])
    assert owner["displayName"] == opened[1]
