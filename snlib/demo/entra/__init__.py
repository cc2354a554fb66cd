"""The demo Entra: OIDC sign-in with a person picker, tokens, signing keys, sign-out.

It speaks what a single-tenant Microsoft Entra ID speaks at ``login.microsoftonline.com/{tenant}``: the discovery
document without ``code_challenge_methods_supported``, pairwise subjects, ``roles`` and ``wids`` claims, AADSTS error
texts. It is stricter in one respect: PKCE by ``plain`` is refused.
"""
