"""Where a browser may be sent afterwards."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.web.sign_in.safe_return import safe_return

KEPT = [
    "/",
    "/troubleshooting",
    "/troubleshooting?person=6f1f&tab=incidents&f=%5B%22State%22%5D",
    "/?a=b",
    "/counts/",
    "/connector?name=O%27Brien",
]

REFUSED = [
    "",
    None,
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/ /evil.example",
    "/%2f/evil.example",
    "/%09/evil.example",
    "/.//evil.example",
    "/../evil.example",
    "/;@evil.example",
    "/@evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/javascript:alert(1)",
    "troubleshooting",
    "?a=b",
    "/a\r\nSet-Cookie: x=y",
    "/a\x00b",
    "/login?next=/login",
    "/logout",
    "/signed-out",
    "/servicenow/connect?purpose=agent",
    "/_stcore/health",
    "/auth/login",
    "//[",
    "/" + "a" * 2001,
]


@pytest.mark.parametrize("target", KEPT)
def test_a_page_of_ours_is_kept(target):
    """A path of a page with its query comes back as it was."""
    assert safe_return(target) == target


@pytest.mark.parametrize("target", REFUSED)
def test_anything_else_leads_home(target):
    """What could leave the site, or act, becomes the home page."""
    assert safe_return(target) == "/"


def test_fragment_is_dropped_and_query_quoted():
    """A fragment goes, and characters that do not belong in an address are percent-encoded."""
    assert safe_return("/troubleshooting?q=Ren\u00e9e<#x") == "/troubleshooting?q=Ren%C3%A9e%3C"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60).map(lambda tail: "/" + tail))
def test_no_text_ever_leaves_the_site(target):
    """Whatever follows the slash, a browser that follows the answer stays on our origin."""
    answer = safe_return(target)
    assert urlsplit(urljoin("http://localhost:8501/", answer)).netloc == "localhost:8501"
    assert answer.isascii()
    assert answer.isprintable()
