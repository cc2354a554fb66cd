"""Whether a request was started by the dashboard itself or by somebody else's page."""

from __future__ import annotations

from starlette.requests import Request


def from_elsewhere(request: Request) -> bool:
    """Tell whether another site, or another port of this host, made the browser send this request.

    Browsers say so in ``Sec-Fetch-Site``: ``same-origin`` is our own page, ``none`` the person himself (address bar,
    bookmark). One without the header (not a browser, or one older than 2023) is let through.
    Source: https://www.w3.org/TR/fetch-metadata/
    """
    return request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
