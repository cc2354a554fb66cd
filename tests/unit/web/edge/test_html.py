"""The small pages of our own routes."""

from __future__ import annotations

import json
import re

from snlib.web.edge.html import page, script_literal

HOSTILE = "</script><script>alert('x')</script>\"&<img src=x onerror=alert(1)>"


def test_everything_is_escaped():
    """Hostile title, sentence, link and reference stay text."""
    body = page(HOSTILE, HOSTILE, links={HOSTILE: '/"><script>'}, reference=HOSTILE).body.decode()
    assert "<script" not in body
    assert "<img" not in body
    assert 'href="/&quot;&gt;&lt;script&gt;"' in body


def test_script_runs_only_by_its_nonce():
    """The policy names the nonce that the script element carries, a new one for each answer, and nothing else."""
    first, second = (page("A", "B", links={}, script="x()") for _ in range(2))
    nonce = re.search(r'<script nonce="([^"]+)">x\(\)</script>', first.body.decode())[1]
    policy = first.headers["content-security-policy"]
    assert f"script-src 'nonce-{nonce}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]


def test_pages_are_not_stored():
    """No cache keeps an answer that may be about somebody."""
    assert page("A", "B", links={}).headers["cache-control"] == "no-store"


def test_literal_cannot_end_the_script_element():
    """A value put into a script keeps its meaning and cannot close the element."""
    literal = script_literal({"message": HOSTILE})
    assert "<" not in literal
    assert json.loads(literal) == {"message": HOSTILE}
