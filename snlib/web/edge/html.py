"""Small HTML pages of our own routes: one sentence, one link, each with a content security policy of its own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; --ground: #f6f8fa; --card: #fff; --text: #14212b; --muted: #52616d;
  --line: #d5dde3; --accent: #0b6e75; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f171d; --card: #16212a; --text: #e8eef2; --muted: #a3b1bc;
  --line: #2b3a45; --accent: #4fc3c7; --on-accent: #06262a; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 30rem; width: 100%; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.75rem; }
h1 { margin: 0 0 0.75rem; font-size: 1.375rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
p.reference { margin: 1.25rem 0 0; color: var(--muted); font-size: 0.875rem; }
a { color: var(--accent); }
a.button { display: inline-block; margin: 0.25rem 0.75rem 0.25rem 0; padding: 0.5rem 1.1rem; border-radius: 0.5rem;
  background: var(--accent); color: var(--on-accent); text-decoration: none; font-weight: 600; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
"""


def page(
    title: str,
    sentence: str,
    *,
    links: Mapping[str, str],
    status_code: int = 200,
    reference: str = "",
    script: str = "",
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page with a heading, a sentence and links; all text is escaped.

    Args:
        title: Heading and document title.
        sentence: What happened and what to do.
        links: Label to address; the first is drawn as a button.
        status_code: HTTP status.
        reference: To quote to an administrator.
        script: Our own JavaScript, allowed by a nonce; build it with `script_literal` for values.
        headers: Headers to add.
    """
    nonce = secrets.token_urlsafe(16)
    anchors = "".join(
        f'<a class="{"button" if number == 0 else "link"}" href="{escape(address)}">{escape(label)}</a>'
        for number, (label, address) in enumerate(links.items())
    )
    note = f'<p class="reference">Reference {escape(reference)}</p>' if reference else ""
    code = f'<script nonce="{nonce}">{script}</script>' if script else ""
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<title>{escape(title)}</title><style nonce="{nonce}">{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1><p>{escape(sentence)}</p><div>{anchors}</div>{note}</main>{code}"
        "</body></html>"
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    ours = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return HTMLResponse(body, status_code, {**ours, **(headers or {})})


def sign_in_first(then: str, *, next_path: str, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Return the page for somebody who is signed out; ``then`` is what they may do after signing in."""
    sentence = f"Sign in to the dashboard first, then {then}."
    links = {"Sign in": f"/login?next={quote(next_path, safe='')}"}
    return page("You are signed out", sentence, links=links, status_code=401, headers=headers)


def script_literal(value: object) -> str:
    """Return ``value`` as a JavaScript literal that cannot end the script element it stands in."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
