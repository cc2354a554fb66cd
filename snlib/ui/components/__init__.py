"""Small browser components of our own; each has its script beside it.

They create elements with ``textContent`` only, so text from outside stays text.
"""

from __future__ import annotations

from snlib.ui.components.combobox import Answers, Choice, combobox
from snlib.ui.components.copying import copy_field, copy_numbers, copy_table
from snlib.ui.components.leave_guard import leave_guard
from snlib.ui.components.popup_button import popup_button
from snlib.ui.components.session_watch import session_watch

__all__ = [
    "Answers",
    "Choice",
    "combobox",
    "copy_field",
    "copy_numbers",
    "copy_table",
    "leave_guard",
    "popup_button",
    "session_watch",
]
