"""The URL parameters of the Table API. Unknown parameters and unusable values are ignored without a word."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from snlib.demo.servicenow.records.display import Mode

DEFAULT_LIMIT_ROWS = 10_000

VIEWS: dict[str, tuple[str, ...]] = {
    "incident": (
        *("sys_id", "number", "caller_id", "category", "priority", "impact", "state"),
        *("short_description", "assigned_to", "company", "sys_created_on"),
    ),
}
"""Fields of the list views that ``sysparm_view`` selects; a table without one shows every field."""

_VIEW_NAMES = frozenset({"desktop", "mobile", "both"})


@dataclass(frozen=True)
class Params:
    """What a request asks for.

    Attributes:
        query: The encoded query.
        plain: ``field=value`` parameters, the alternative to it.
        fields: Names from ``sysparm_fields``, or None for all.
        view: ``sysparm_view``.
        limit_rows: ``sysparm_limit``.
        offset_rows: ``sysparm_offset``; may be negative, which a list refuses.
        display: ``sysparm_display_value``.
        exclude_link: ``sysparm_exclude_reference_link``.
        no_count: ``sysparm_no_count``.
        suppress_link: ``sysparm_suppress_pagination_header``.
        input_display: ``sysparm_input_display_value``.
        raw: The query string as it came.
    """

    query: str = ""
    plain: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] | None = None
    view: str = ""
    limit_rows: int = DEFAULT_LIMIT_ROWS
    offset_rows: int = 0
    display: Mode = "false"
    exclude_link: bool = False
    no_count: bool = False
    suppress_link: bool = False
    input_display: bool = False
    raw: str = ""

    def fields_of(self, table: str) -> tuple[str, ...] | None:
        """Return the fields to show: ``sysparm_fields`` wins over ``sysparm_view``; None is every field."""
        if self.fields is None and self.view in _VIEW_NAMES:
            return VIEWS.get(table)
        return self.fields


def read_params(raw: str) -> Params:
    """Read a query string. Of a parameter that comes twice the first counts."""
    pairs = parse_qsl(raw, keep_blank_values=True)
    values = dict(reversed(pairs))
    fields = tuple(name.strip() for name in values.get("sysparm_fields", "").split(",") if name.strip())
    return Params(
        query=values.get("sysparm_query", ""),
        plain=tuple((name, value) for name, value in pairs if not name.startswith("sysparm_")),
        fields=fields or None,
        view=values.get("sysparm_view", ""),
        limit_rows=max(_number(values.get("sysparm_limit", ""), DEFAULT_LIMIT_ROWS), 0),
        offset_rows=_number(values.get("sysparm_offset", ""), 0),
        display=_mode(values.get("sysparm_display_value", "")),
        exclude_link=_is_true(values.get("sysparm_exclude_reference_link", "")),
        no_count=_is_true(values.get("sysparm_no_count", "")),
        suppress_link=_is_true(values.get("sysparm_suppress_pagination_header", "")),
        input_display=_is_true(values.get("sysparm_input_display_value", "")),
        raw=raw,
    )


def _mode(text: str) -> Mode:
    lowered = text.strip().lower()
    if lowered == "all":
        return "all"
    return "true" if lowered == "true" else "false"


def _is_true(text: str) -> bool:
    return text.strip().lower() == "true"


def _number(text: str, default: int) -> int:
    try:
        number = int(text)
    except ValueError:
        return default
    return number if abs(number) < 2**31 else default
