"""docs/errors.md: every class of the tree with its parent and its heading, and every kind."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from snlib import errors
from snlib.errors import SnlibError
from snlib.ui import notices
from tests.docs.reading import ROOT, codes, section, table, text_of

PAGE = "docs/errors.md"
CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, SnlibError)]


def documented() -> dict[str, list[str]]:
    """The rows of the page's table by class name."""
    return {codes(row[0])[0]: row for row in table(PAGE, "Errors") if len(row) == 5}


def test_every_class_has_its_line():
    """Each class of the tree is named once with the class above it, and no other name is."""
    expected = {cls.__name__: [cls.__bases__[0].__name__] if cls is not SnlibError else [] for cls in CLASSES}
    assert {name: codes(row[1]) for name, row in documented().items()} == expected


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_class_has_a_notice(cls):
    """Each class has a heading of its own in ui/notices, which is the one on the page."""
    assert documented()[cls.__name__][2] == notices.TITLES[cls]


def test_the_docstring_draws_the_same_tree():
    """The picture in snlib/errors.py names the classes of the module, each once."""
    assert sorted(re.findall(r"^[ │├└]*([A-Z]\w+Error|[A-Z][a-z]\w+)  ", errors.__doc__, re.MULTILINE)) == sorted(
        cls.__name__ for cls in CLASSES
    )


@pytest.mark.parametrize(
    ("cls", "heading"),
    [
        (errors.AccessRefused, "Kinds of a refused access"),
        (errors.UnexpectedAnswer, "Kinds of an unexpected answer"),
        (errors.ServiceUnreachable, "Kinds of no answer"),
    ],
)
def test_every_kind_has_its_line(cls, heading):
    """The kinds that the class's docstring lists are those of the page."""
    listed = [word for word in re.findall(r"``(\w+)``", cls.__doc__) if word != "kind"]
    assert {codes(row[0])[0] for row in table(PAGE, heading)} == set(listed)


def test_no_kind_is_made_that_nobody_knows():
    """Every kind written in the library's code is one of the page's."""
    known = {
        code
        for heading in ("Kinds of an unexpected answer", "Kinds of no answer")
        for row in table(PAGE, heading)
        for code in codes(row[0])
    }
    made: dict[str, str] = {}
    for path in sorted((ROOT / "snlib").rglob("*.py")):
        if "demo" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                made |= dict.fromkeys(kinds_of(node), f"{path.name}:{node.lineno}")
    assert made.keys() - known == set(), made
    assert known - made.keys() == set(), "named on the page, made nowhere"


def kinds_of(call: ast.Call) -> list[str]:
    """The kind that a call makes an error with, if it does."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name.lstrip("_") in {"unexpected", "unreachable"}:
        found = call.args[:1]
    elif name in {"ServiceUnreachable", "UnexpectedAnswer", "_error"}:
        found = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
    else:
        return []
    return [value.value for value in found if isinstance(value, ast.Constant) and isinstance(value.value, str)]


def test_the_everyday_notices_are_those_without_a_reference():
    """The page's list of notices without a reference is the one in ui/notices."""
    source = inspect.getsource(notices.show)
    calm = set(re.findall(r"errors\.(\w+)", source.partition("st.warning")[0].partition("calm")[2]))
    paragraph = next(part for part in section(text_of(PAGE), "Errors").split("\n\n") if "everyday" in part)
    assert set(codes(paragraph)) == calm
