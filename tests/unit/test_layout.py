"""The rules of the repository that a reader relies on: sizes, guards, keys, docstrings, one claim a test."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from snlib.ui import cache as answers

ROOT = Path(__file__).parents[2]
LIBRARY = sorted((ROOT / "snlib").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CODE = [*LIBRARY, *PAGES, ROOT / "app.py"]
MAX_FILE_LINES, MAX_PAGE_LINES, MAX_FUNCTION_LINES, MAX_FILES = 350, 80, 60, 12

Function = ast.FunctionDef | ast.AsyncFunctionDef
Public = Function | ast.ClassDef


def name_of(path: Path) -> str:
    """Return a path as the repository knows it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def public_of(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, Public]]:
    """Yield the public classes and functions of a module or a class, with their names."""
    for node in body:
        if isinstance(node, Public) and not node.name.startswith("_"):
            yield f"{inside}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public_of(node.body, f"{inside}{node.name}.")


def is_overload_or_setter(node: Public) -> bool:
    """Return whether a definition repeats a name that is documented elsewhere."""
    return any(ast.unparse(one).endswith(("overload", ".setter")) for one in node.decorator_list)


def test_there_is_something_to_look_at():
    """The folders are where these tests look."""
    assert len(LIBRARY) > 80
    assert len(PAGES) >= 4


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_begins_with_its_guard(path: Path):
    """The first statement of a page, after docstring and imports, is guard.require: nothing is drawn before it."""
    body = [node for node in tree_of(path).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)
    first = body[1]
    assert isinstance(first, ast.Assign | ast.Expr)
    assert ast.unparse(first.value).startswith("guard.require(")


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_only_a_page(path: Path):
    """A page defines nothing, catches nothing and knows no key by heart: it puts parts together."""
    found = [type(node).__name__ for node in ast.walk(tree_of(path))]
    assert not {"FunctionDef", "AsyncFunctionDef", "ClassDef", "Try", "For", "While", "Lambda"} & set(found)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_PAGE_LINES


def test_files_are_short():
    """No file has more than 350 lines, and half of them have at most 120."""
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in [*CODE, *TESTS]}
    assert {name: count for name, count in lines.items() if count > MAX_FILE_LINES} == {}
    sizes = sorted(count for name, count in lines.items() if name.startswith("snlib/"))
    assert sizes[len(sizes) // 2] <= 120


def test_folders_are_small():
    """No folder has more than twelve modules."""
    folders = Counter(name_of(path.parent) for path in [*CODE, *TESTS])
    assert {name: count for name, count in folders.items() if count > MAX_FILES} == {}


def test_functions_are_short():
    """No function has more than 60 lines."""
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, Function) and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_public_names_are_documented():
    """Every module of the library and every public name in it has a docstring."""
    missing = []
    for path in CODE:
        tree = tree_of(path)
        if not ast.get_docstring(tree) and path.read_text(encoding="utf-8").strip():
            missing.append(name_of(path))
        missing += [
            f"{name_of(path)}:{node.lineno} {name}"
            for name, node in public_of(tree.body)
            if not ast.get_docstring(node) and not is_overload_or_setter(node)
        ]
    assert missing == []


def test_every_test_states_its_claim():
    """Every test says in its docstring's first line, which is a whole sentence, what it shows."""
    silent = []
    for path in TESTS:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, Function) and node.name.startswith("test"):
                first, _, rest = (ast.get_docstring(node) or "").partition("\n")
                if not first.endswith((".", "?", "…")) or (rest and not rest.startswith("\n")):
                    silent.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert silent == []


def test_session_state_keys_are_named():
    """Outside ui/state.py no session-state key or query parameter is written out as a text."""
    literal = re.compile(
        r"\bst\.(session_state|query_params)(\[|\.(get|get_all|pop|setdefault)\()\s*(['\"]|f['\"](?!\{state\.))"
    )
    found = [
        f"{name_of(path)}:{number}"
        for path in CODE
        if name_of(path) != "snlib/ui/state.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if literal.search(line)
    ]
    assert found == []


def test_nothing_is_left_to_do_or_let_through():
    """No note to oneself and no raw HTML in markdown is anywhere in the code."""
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|unsafe_allow_html|unsafe_allow_javascript")
    assert [name_of(path) for path in CODE if marks.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_printed():
    """Only the demo instance's command prints: its lines are read by whoever started it."""
    printing = {
        name_of(path)
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing <= {"snlib/demo/__main__.py"}


def test_no_error_is_swallowed():
    """No handler does nothing, none is bare, and one for every exception raises again."""
    found = []
    for path in CODE:
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is not None and ast.unparse(node.type) in {"Exception", "BaseException"}
            raises = any(isinstance(one, ast.Raise) for one in ast.walk(node))
            empty = all(isinstance(one, ast.Pass) for one in node.body)
            if node.type is None or empty or (broad and not raises):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


def test_caches_are_of_one_session():
    """There is one way to keep an answer: for one browser session, for a while, bounded, under the desk's key."""
    calls = [
        (name_of(path), {one.arg: ast.unparse(one.value) for one in node.keywords})
        for path in [*LIBRARY, *PAGES]
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and re.search(r"\bcache_(data|resource)$", ast.unparse(node.func))
    ]
    ((room, given),) = calls
    assert room == "snlib/ui/cache.py"
    assert given["scope"] == "'session'"
    assert {"ttl", "max_entries"} <= set(given)
    assert "Desk: _key_until_refreshed if refreshed else _key" in given["hash_funcs"]


def test_what_is_kept_is_kept_for_a_desk():
    """Every function whose answers are kept takes the desk first: none can be kept for everybody."""
    asked = [getattr(one, "_ask", one) for one in vars(answers).values()]
    kept = [one for one in asked if hasattr(one, "clear") and hasattr(one, "__wrapped__")]
    assert len(kept) > 8
    assert {next(iter(inspect.signature(one).parameters)) for one in kept} == {"desk"}


def test_only_the_transport_sends():
    """Only the transport (and sign-in's own library) talks to the network."""
    senders = re.compile(r"\brequests\.(get|post|put|patch|delete|request|Session)\b|\burlopen\(|\bhttpx\.")
    found = {
        name_of(path)
        for path in LIBRARY
        if "demo" not in path.parts and senders.search(path.read_text(encoding="utf-8"))
    }
    assert {name for name in found if not name.startswith(("snlib/transport/", "snlib/web/"))} == set()
