"""HTML pages: rendered from ``snlib/demo/templates`` with everything escaped, without scripts, light and dark."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
_STYLE_SHEET = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE_SHEET.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    # No form-action: Chromium applies it to the redirect after a form as well, and Allow redirects to another origin.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src http: https: data:; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
)
_ENVIRONMENT.globals["style_sheet"] = Markup(_STYLE_SHEET)  # noqa: S704 - our own file


def page(template: str, title: str, *, status_code: int = 200, **values: object) -> HTMLResponse:
    """Return a whole page.

    Args:
        template: The template's path below ``snlib/demo/templates``.
        title: The page's name, shown in the tab and as its heading.
        status_code: HTTP status.
        values: What the template shows; every text is escaped.
    """
    text = _ENVIRONMENT.get_template(template).render(title=title, **values)
    return HTMLResponse(text, status_code=status_code, headers=_HEADERS)
