"""The look of the demo Entra's pages: style sheet, headers and the frame around a card."""

from __future__ import annotations

import base64
import hashlib

from starlette.responses import HTMLResponse

from snlib.demo.core.html import BANNER, Html, element, join

STYLE_SHEET = """
:root { --paper:#eaf0f6; --glow:#d3e2f2; --card:#fff; --ink:#1b242d; --quiet:#54626f; --line:#d9e0e7; --hover:#f2f6fa;
  --accent:#0b61a4; --accent-ink:#fff; --field:#fff; --error:#a11d1d; --error-paper:#fdecec;
  --pill:#e6eff8; --pill-ink:#0b4f86;
  --shadow:0 .1rem .3rem rgb(20 40 60 / .12), 0 1rem 2.5rem rgb(20 40 60 / .12); }
@media (prefers-color-scheme: dark) {
  :root { --paper:#0f151b; --glow:#17293b; --card:#1a222a; --ink:#e7edf3; --quiet:#a6b4c1; --line:#34414d;
    --hover:#222d37;
    --accent:#79b8ee; --accent-ink:#08213a; --field:#121920; --error:#ffb0b0; --error-paper:#401c1c; --pill:#203a52;
    --pill-ink:#b5d9f8; --shadow:0 1rem 2.5rem rgb(0 0 0 / .45); }
}
* { box-sizing:border-box; }
body { margin:0; min-height:100vh; display:flex; flex-direction:column; color:var(--ink);
  background:radial-gradient(60rem 40rem at 50% 0, var(--glow), var(--paper)) no-repeat var(--paper);
  font:16px/1.45 system-ui,-apple-system,"Segoe UI",sans-serif; }
.banner { margin:0; padding:.25rem 1rem; background:#ffd75e; color:#2b2100; font-size:.875rem; text-align:center; }
main { width:calc(100% - 2rem); max-width:38rem; margin:auto; padding:1.75rem 0; }
.card { background:var(--card); border-radius:.6rem; box-shadow:var(--shadow); overflow:hidden; }
.head { padding:1.5rem 1.75rem 1rem; }
.mark { display:flex; align-items:center; gap:.55rem; margin:0 0 .9rem; color:var(--quiet); font-weight:600;
  font-size:.95rem; }
.mark svg { width:1.35rem; height:1.35rem; fill:var(--accent); }
h1 { margin:0; font-size:1.5rem; line-height:1.25; font-weight:600; }
p { margin:.35rem 0 0; overflow-wrap:anywhere; }
.quiet { color:var(--quiet); font-size:.9rem; }
a { color:var(--accent); }
form { margin:0; }
.accounts { margin:0; padding:0; list-style:none; border-top:1px solid var(--line); }
.accounts li { border-bottom:1px solid var(--line); }
.account { display:grid; grid-template-columns:2.75rem 1fr; gap:0 1rem; align-items:center;
  width:100%; padding:.7rem 1.75rem;
  border:0; background:none; color:inherit; font:inherit; text-align:left; text-decoration:none; cursor:pointer; }
.account:hover { background:var(--hover); }
.account:focus-visible, a:focus-visible, button:focus-visible, input:focus-visible {
  outline:3px solid var(--accent); outline-offset:-3px; }
.avatar { display:grid; place-items:center; width:2.75rem; height:2.75rem; border-radius:50%;
  color:#fff; font-weight:600;
  font-size:.95rem; background:#5b6b7a; }
.avatar.a0 { background:#0b61a4; } .avatar.a1 { background:#1b7452; } .avatar.a2 { background:#8a3f8f; }
.avatar.a3 { background:#a8500e; } .avatar.a4 { background:#5a5fb0; } .avatar.none {
  background:none; color:var(--accent);
  border:1.5px dashed var(--accent); font-size:1.3rem; font-weight:400; }
.who { display:block; min-width:0; overflow-wrap:anywhere; }
.line { display:flex; flex-wrap:wrap; gap:.1rem .6rem; align-items:center; }
.name { font-weight:600; }
.pill { padding:0 .55rem; border-radius:1rem; background:var(--pill); color:var(--pill-ink); font-size:.8rem;
  font-weight:600; }
.mail, .may { display:block; color:var(--quiet); font-size:.875rem; }
.may { color:var(--ink); }
.foot { display:flex; flex-wrap:wrap; gap:.75rem; align-items:center;
  justify-content:space-between; padding:.85rem 1.75rem; }
.foot .button { margin-left:auto; }
.button { padding:.45rem 1.25rem; border-radius:.35rem; border:1px solid var(--accent); background:var(--accent);
  color:var(--accent-ink); font:inherit; font-weight:600; cursor:pointer; }
.button.second { background:transparent; border-color:var(--line); color:var(--ink); }
.search { display:flex; gap:.6rem; padding:0 1.75rem 1.1rem; }
.search input { flex:1; min-width:0; padding:.45rem .7rem; border:1px solid var(--quiet); border-radius:.35rem;
  font:inherit; background:var(--field); color:var(--ink); }
.label { display:block; padding:0 1.75rem .3rem; font-weight:600; font-size:.9rem; }
.body { padding:0 1.75rem 1.5rem; }
.error { padding:.7rem .9rem; border-radius:.35rem; background:var(--error-paper); color:var(--error); }
dl { display:grid; grid-template-columns:auto 1fr; gap:.15rem .9rem; margin:1rem 0 0;
  font-size:.85rem; color:var(--quiet); }
dd { margin:0; overflow-wrap:anywhere; }
@media (max-width:34rem) {
  main { width:100%; padding:0; margin:0; flex:1; background:var(--card); }
  .card { border-radius:0; box-shadow:none; }
  .head { padding:1.1rem 1rem .8rem; } .account { padding:.65rem 1rem; gap:0 .8rem; }
  .foot, .body { padding-left:1rem; padding-right:1rem; } .search, .label { padding-left:1rem; padding-right:1rem; }
}
"""

_HASH = base64.b64encode(hashlib.sha256(STYLE_SHEET.encode()).digest()).decode()
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    # No form-action: Chromium applies it to the redirect after a form, too, and a choice leads to another origin.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_MARK = element(
    "p",
    element(
        "svg",
        element("path", d="M12 1 23 13.5 12 23 1 13.5Z M12 6.2 6.3 13 12 17.8 17.7 13Z", fill_rule="evenodd"),
        viewBox="0 0 24 24",
        aria_hidden="true",
    ),
    element("span", "Entra ID, demo"),
    class_="mark",
)


def card_page(title: str, introduction: Html, content: Html, *, status_code: int = 200) -> HTMLResponse:
    """Return a page with one card: its heading ``title``, ``introduction`` below it, then ``content``."""
    head = element("div", _MARK, element("h1", title), introduction, class_="head")
    document = join(
        Html("<!doctype html>"),
        element(
            "html",
            element(
                "head",
                element("meta", charset="utf-8"),
                element("meta", name="viewport", content="width=device-width, initial-scale=1"),
                element("meta", name="color-scheme", content="light dark"),
                element("title", f"{title} | Entra ID (demo)"),
                element("style", Html(STYLE_SHEET)),
            ),
            element(
                "body",
                element("p", BANNER, class_="banner"),
                element("main", element("div", head, content, class_="card")),
            ),
            lang="en",
        ),
    )
    return HTMLResponse(document, status_code=status_code, headers=PAGE_HEADERS)
