"""The script of the bare page."""

from tests.bench.bare_elements import draw

draw()
