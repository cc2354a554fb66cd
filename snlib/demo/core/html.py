"""Pages of the demo instance as plain HTML: escaped, without scripts, light and dark, usable on a telephone.

Everything is built from :func:`element`, which escapes every text that is not :class:`Html` already, so that a
value from the database or the request can never become markup.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape as _escape
from typing import Literal

from starlette.responses import HTMLResponse

from snlib.demo.core.html_style import STYLE_SHEET

BANNER = "Demo instance: made-up data"
PRODUCT = "ServiceNow (demo)"
VOID_ELEMENTS = frozenset({"br", "hr", "img", "input", "link", "meta"})

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE_SHEET.encode()).digest()).decode()
PAGE_HEADERS = {
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


class Html(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def escape(text: object) -> Html:
    """Return ``text`` as :class:`Html`: unchanged when it is so already, else with ``& < > " '`` escaped."""
    return text if isinstance(text, Html) else Html(_escape(str(text), quote=True))


def join(*children: Html | str | int | None) -> Html:
    """Return the children one after the other, each escaped unless it is :class:`Html`; ``None`` is left out."""
    return Html("".join(escape(child) for child in children if child is not None))


def element(name: str, /, *children: Html | str | int | None, **attributes: str | int | bool | None) -> Html:
    """Return one element.

    Args:
        name: The element's name, e.g. ``"p"``.
        children: What it holds; texts are escaped.
        attributes: ``class_`` becomes ``class``, ``aria_label`` becomes ``aria-label``; ``True`` gives a bare
            attribute, ``False`` and ``None`` leave it out.
    """
    opening = name
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        opening += f" {attribute}" if value is True else f' {attribute}="{_escape(str(value), quote=True)}"'
    if name in VOID_ELEMENTS:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(*children)}</{name}>")


def link(text: Html | str, href: str, *, class_: str | None = None) -> Html:
    """Return a link; an address with a scheme other than http or https leads nowhere."""
    scheme = href.split(":", 1)[0].lower() if ":" in href.split("/", 1)[0] else ""
    safe = href if scheme in {"", "http", "https"} else "#"
    return element("a", text, href=safe, class_=class_)


def notice(text: Html | str, *, kind: Literal["info", "warning", "error", "success"] = "info") -> Html:
    """Return one message; errors are announced at once by a screen reader, the others politely."""
    return element("p", text, class_=f"notice {kind}", role="alert" if kind == "error" else "status")


def table(headings: list[str], rows: list[list[Html | str]], *, caption: str) -> Html:
    """Return a table that becomes one card a row on a narrow screen; ``caption`` is for screen readers."""
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = [
        element("tr", *(element("td", cell, data_label=name) for name, cell in zip(headings, row, strict=True)))
        for row in rows
    ]
    return element(
        "table",
        element("caption", caption, class_="quiet"),
        element("thead", head),
        element("tbody", *body),
    )


def page(
    title: str,
    body: Html | str,
    *,
    status_code: int = 200,
    header: Html | None = None,
    wide: bool = False,
) -> HTMLResponse:
    """Return a whole page.

    Args:
        title: The page's name, shown in the tab.
        body: What stands on it; a plain ``str`` is escaped, so build it with :func:`element`.
        status_code: HTTP status.
        header: What stands beside the product's name (menu, who is signed in).
        wide: Take the width of the screen (lists, forms) instead of one narrow card (login, consent).
    """
    document = join(
        Html("<!doctype html>"),
        element(
            "html",
            element(
                "head",
                element("meta", charset="utf-8"),
                element("meta", name="viewport", content="width=device-width, initial-scale=1"),
                element("meta", name="color-scheme", content="light dark"),
                element("link", rel="icon", href="data:,"),
                element("title", f"{title} | {PRODUCT}"),
                element("style", Html(STYLE_SHEET)),
            ),
            element(
                "body",
                element("p", BANNER, class_="banner"),
                element("header", element("span", PRODUCT, class_="product"), header),
                element("main", body, class_="wide" if wide else "card"),
            ),
            lang="en",
        ),
    )
    return HTMLResponse(document, status_code=status_code, headers=PAGE_HEADERS)


def message_page(title: str, text: str, *, status_code: int) -> HTMLResponse:
    """Return a page that says one thing: ``title`` as its heading, ``text`` below it."""
    body = join(element("h1", title), notice(text, kind="error"))
    return page(title, body, status_code=status_code)
