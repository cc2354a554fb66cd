"""The repository itself: pins, no traces of a machine, settings named, decisions recorded, files of a readable size."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docs.reading import DOCS, ROOT, pages, repository_files, text_of

_SEPARATOR = "/"
# Put together here, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(
    rf"(?<![\w.:{_SEPARATOR}-]){_SEPARATOR}(?:work|root|home{_SEPARATOR}\w+|Users{_SEPARATOR}\w+|tmp{_SEPARATOR}\w+|mnt{_SEPARATOR}\w+){_SEPARATOR}"
)
INDEX_ADDRESS = re.compile(
    r"https?://\S+/" + r"simple\b|(?:extra-)?index" + r"-url|find" + r"-links|files\." + "pythonhosted", re.IGNORECASE
)
LOCK_FILES = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.txt"}
LONGEST_FILE = 350
LONGEST_PAGE = 80


def project() -> dict:
    """pyproject.toml."""
    return tomllib.loads(text_of("pyproject.toml"))


def pins() -> dict[str, str]:
    """The version each package is held to, by its canonical name."""
    lines = project()["tool"]["uv"]["constraint-dependencies"]
    return {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in lines}


def direct_dependencies() -> list[Requirement]:
    """Everything pyproject.toml asks for: to run, optional, and to develop."""
    found = project()
    lists = [
        found["project"]["dependencies"],
        *found["project"]["optional-dependencies"].values(),
        *found["dependency-groups"].values(),
    ]
    return [Requirement(line) for lines in lists for line in lines]


def test_every_constraint_is_exact():
    """Each line of the constraints is `name==version`, no name comes twice, and they are sorted."""
    lines = project()["tool"]["uv"]["constraint-dependencies"]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*==[0-9]+(?:\.[0-9a-z]+)*", line)] == []
    assert len(pins()) == len(lines)
    assert list(pins()) == sorted(pins())


@pytest.mark.parametrize("requirement", direct_dependencies(), ids=str)
def test_every_dependency_has_a_pin_within_its_bounds(requirement):
    """What pyproject.toml asks for is held to a version that its own bounds allow."""
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def needed(requirements: list[Requirement]) -> Iterator[Distribution]:
    """What of the requirements, and of what they need in turn, is installed; whatever else is, is left alone."""
    seen, waiting = set(), [(one, extra) for one in requirements for extra in ("", *one.extras)]
    while waiting:
        requirement, extra = waiting.pop()
        key = (canonicalize_name(requirement.name), extra)
        if key in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(key)
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # of a group that is not installed here
        yield found
        for line in found.requires or []:
            more = Requirement(line)
            if more.marker is None or more.marker.evaluate({"extra": extra}):
                waiting += [(Requirement(str(more).partition(";")[0]), one) for one in ("", *more.extras)]


def test_what_runs_here_is_what_is_pinned():
    """Every package that the project needs, the indirect ones too, is installed in the version of its pin."""
    installed = {canonicalize_name(one.metadata["Name"]): one.version for one in needed(direct_dependencies())}
    assert len(installed) > 50
    assert {name: version for name, version in installed.items() if pins().get(name) != version} == {}


def texts():
    """Every text file of the repository with its text."""
    for path in repository_files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


def test_no_file_holds_a_path_of_somebodys_machine():
    """No text of the repository names a folder of the machine it was written on."""
    found = [f"{name}: {match[0]}" for name, text in texts() for match in MACHINE_PATH.finditer(text)]
    assert found == []


def test_no_file_holds_a_package_index():
    """There is no lock file, and no text of the repository names a package index."""
    assert {path.name for path in repository_files()} & LOCK_FILES == set()
    assert [f"{name}: {match[0]}" for name, text in texts() for match in INDEX_ADDRESS.finditer(text)] == []


def test_every_environment_variable_of_ours_is_documented():
    """Each name beginning with SNLIB_ in the code is on a page of the documentation."""
    documented = set(re.findall(r"SNLIB_[A-Z_]+", "".join(page.read_text(encoding="utf-8") for page in pages())))
    code = [text for name, text in texts() if name.startswith(("snlib/", "app.py", ".ci/", ".streamlit/"))]
    used = set(re.findall(r"SNLIB_[A-Z]+(?:_[A-Z]+)*(?![A-Z_])", "".join(code)))
    prefixes = {"SNLIB_DEMO", "SNLIB_LIVE"}
    assert {name for name in used if name not in prefixes} - documented == set()


def test_decisions_are_recorded_shortly():
    """Decision records are numbered without a gap, short, and each has its four parts."""
    records = sorted((DOCS / "adr").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04d}" for number in range(1, len(records) + 1)]
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path
        parts = re.findall(r"^- ([A-Z][a-z ]+):", text, re.MULTILINE)
        assert parts == ["Date", "Context", "Decision", "Consequence", "What would change our mind"], path
        assert len(text.splitlines()) <= 14, path


def test_files_are_short_enough_to_read():
    """No file of the library is longer than CONTRIBUTING.md allows, and no page either, by its own bound."""
    assert f"library up to {LONGEST_FILE} lines" in text_of("CONTRIBUTING.md")
    assert f"pages up to {LONGEST_PAGE}" in text_of("CONTRIBUTING.md")
    lengths = {name: text.count("\n") for name, text in texts() if name.endswith(".py")}
    assert {name for name, lines in lengths.items() if name.startswith("snlib/") and lines > LONGEST_FILE} == set()
    assert {name for name, lines in lengths.items() if name.startswith("pages/") and lines > LONGEST_PAGE} == set()
