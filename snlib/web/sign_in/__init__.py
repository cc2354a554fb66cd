"""Signing in and out: own routes to the OIDC provider, cookies, and the identity that Streamlit reads."""
