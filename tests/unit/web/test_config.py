"""The committed Streamlit configuration."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

FILE = Path(__file__).parents[3] / ".streamlit" / "config.toml"
CONFIG = tomllib.loads(FILE.read_text(encoding="utf-8"))
COLOURS = ("red", "orange", "yellow", "green", "blue", "violet", "gray")
CAPTION_OPACITY = 0.6
"""How much of the text's colour Streamlit's captions have."""


def luminance(rgb):
    """Return the relative luminance of a colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    parts = [value / 255 for value in rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(text):
    """Return ``#rrggbb`` as three numbers."""
    return tuple(int(text[at : at + 2], 16) for at in (1, 3, 5))


def mixed(text, ground, opacity):
    """Return the colour that translucent text has on its ground."""
    pairs = zip(rgb(text), rgb(ground), strict=True)
    return "#" + "".join(f"{round(opacity * above + (1 - opacity) * below):02x}" for above, below in pairs)


def contrast(one, other):
    """Return the contrast ratio of two colours."""
    bright, dark = sorted((luminance(rgb(one)), luminance(rgb(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme):
    """Text, captions, links, messages and button labels have at least 4.5:1 on the ground they stand on."""
    theme = CONFIG["theme"][scheme]
    grounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"], theme["sidebar"]["backgroundColor"]]
    pairs = {f"text on {ground}": (theme["textColor"], ground) for ground in grounds}
    pairs |= {f"link on {ground}": (theme["linkColor"], ground) for ground in grounds}
    pairs |= {f"caption on {g}": (mixed(theme["textColor"], g, CAPTION_OPACITY), g) for g in (grounds[0], grounds[2])}
    pairs |= {c: (theme[f"{c}TextColor"], theme[f"{c}BackgroundColor"]) for c in COLOURS}
    pairs["button"] = ("#ffffff", theme["primaryColor"])
    too_faint = {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < 4.5}
    assert too_faint == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_can_be_seen(scheme):
    """The accent has at least 3:1 on the page, as edges of controls need."""
    theme = CONFIG["theme"][scheme]
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 3


def test_every_option_has_its_reason():
    """Above each option stands a comment that says why."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    bare = [line for above, line in pairwise(lines) if re.match(r"\w+ = ", line) and not above.startswith("# ")]
    assert bare == []


def test_streamlit_knows_every_option():
    """No option is misspelt: Streamlit only warns about those, and goes on without them."""
    from streamlit.config import _config_options_template as known

    def names(table, prefix):
        for name, value in table.items():
            if isinstance(value, dict):
                yield from names(value, f"{prefix}{name}.")
            else:
                yield prefix + name

    assert [name for name in names(CONFIG, "") if name not in known] == []


def test_nothing_of_the_repository_leaves_loopback():
    """As committed, the server listens on this machine only and sends nothing to anybody."""
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert "http" not in FILE.read_text(encoding="utf-8").replace("HTTP", "")
