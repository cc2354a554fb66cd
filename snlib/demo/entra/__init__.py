"""The demo Entra: OIDC sign-in with a person picker, tokens, signing keys, sign-out.

It speaks what a single-tenant Microsoft Entra ID speaks at ``login.microsoftonline.com/{tenant}``: the discovery
document without ``code_challenge_methods_supported``, pairwise subjects, ``roles`` and ``wids`` claims, AADSTS error
texts. It is stricter in one respect: PKCE by ``plain`` is refused.
"""

from __future__ import annotations

from snlib.demo.entra.apps import DEFAULT_APP, register_app
from snlib.demo.entra.routing import routes

__all__ = ["DEFAULT_APP", "register_app", "routes"]
