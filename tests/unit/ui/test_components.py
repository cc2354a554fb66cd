"""Our browser components: text from outside stays text, and nothing is fetched from elsewhere."""

import importlib
import re
from pathlib import Path

import pytest

from snlib.ui import components
from snlib.ui.components import combobox, copy_field, leave_guard, popup_button, session_watch

HERE = Path(str(components.__file__)).parent
# The package's names are the functions, so the modules of the same names are asked for by theirs.
NAMES = ("copying", "leave_guard", "session_watch")
INLINE = [importlib.import_module(f"snlib.ui.components.{name}") for name in NAMES]
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.js")}
SCRIPTS |= {Path(str(module.__file__)).name: module.JS for module in INLINE}


def test_the_public_names():
    """The components that pages use are functions of this package."""
    assert all(callable(one) for one in (combobox, copy_field, leave_guard, popup_button, session_watch))


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_writes_html(name: str):
    """No script turns a text into markup or code."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", SCRIPTS[name])


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_fetches(name: str):
    """No script asks any server; what is sent goes through the page."""
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|sendBeacon|https?://", SCRIPTS[name])


@pytest.mark.parametrize("path", sorted(HERE.glob("*.css")), ids=lambda path: path.name)
def test_no_style_fetches(path: Path):
    """No style names an address."""
    assert "url(" not in path.read_text(encoding="utf-8")
