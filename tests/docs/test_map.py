"""docs/map.md: every package, and the layers that import-linter checks."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from tests.docs.reading import ROOT, codes, rows, text_of

PAGE = "docs/map.md"
SNLIB = ROOT / "snlib"


def rooms() -> set[str]:
    """The modules and packages directly below snlib."""
    packages = {path.parent.name for path in SNLIB.glob("*/__init__.py")}
    return packages | {path.stem for path in SNLIB.glob("*.py") if path.stem != "__init__"}


def layers() -> list[str]:
    """The layers that import-linter checks, the top one first."""
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["type"] == "layers")


def test_every_room_is_on_the_map():
    """The table names each module below snlib once, and nothing that is not there."""
    named = [codes(row[0])[0] for row in rows(text_of(PAGE))]
    assert sorted(named) == sorted(rooms())


def test_the_picture_is_the_contract():
    """The lines of the picture are the layers of pyproject.toml, in their order."""
    picture = text_of(PAGE).split("```")[1]
    drawn = [
        found[1] for line in picture.splitlines() if (found := re.match(r"^\s*(\w+(?: \| \w+)*)(?:\s{2,}|$)", line))
    ]
    assert drawn == layers()


def test_every_room_has_its_layer():
    """Each module below snlib but the demo instance is in exactly one layer."""
    layered = [name for layer in layers() for name in layer.split(" | ")]
    assert sorted([*layered, "demo"]) == sorted(rooms())


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_pages_import_what_the_map_allows(path):
    """A page imports Streamlit, snlib.ui and snlib.helpdesk, as the picture says."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
    assert all(re.match(r"(streamlit|snlib\.ui|snlib\.helpdesk)(\.|$)", name) for name in imported), imported


def test_only_transport_and_sign_in_send():
    """What opens a connection is transport, and Authlib in the sign-in, as the map says of the two rooms."""
    opens = re.compile(
        r"HTTPAdapter|requests\.(?:Session|request|get|post)\(|httpx\.(?:Client|AsyncClient)\(|urlopen\("
    )
    senders, by_authlib = set(), set()
    for path in SNLIB.rglob("*.py"):
        name, source = path.relative_to(SNLIB).as_posix(), path.read_text(encoding="utf-8")
        if name.startswith("demo/"):
            continue
        if opens.search(source):
            senders.add(name)
        if re.search(r"^\s*(?:from|import) authlib\.integrations", source, re.MULTILINE):
            by_authlib.add(name)
    assert {name.partition("/")[0] for name in senders} == {"transport"}
    assert {name.partition("/")[0] for name in by_authlib} == {"web"}
