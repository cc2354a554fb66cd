"""The way out: which proxy and which certificates every request to a service uses, the sign-in's included.

The dashboard's own settings win; without them the environment's ``HTTPS_PROXY``, and ``REQUESTS_CA_BUNDLE`` or
``SSL_CERT_FILE``, count, as with most programs. Hosts in ``NO_PROXY``, and this machine, are asked directly.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed leaves it out

from pydantic import SecretStr
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from snlib.errors import ConfigurationError
from snlib.settings.rules import certificate_file, proxy_address

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Network:
    """The way out.

    Attributes:
        proxy: ``http[s]://[user:password@]host:port``, "" for none.
        proxy_from: The variable that named it.
        ca_bundle: A file of certificates to trust beside the public ones, "" for none.
        ca_bundle_from: The variable that named it.
        direct: Hosts that are asked without the proxy, as ``NO_PROXY`` lists them.
    """

    proxy: str = field(default="", repr=False)
    proxy_from: str = ""
    ca_bundle: str = ""
    ca_bundle_from: str = ""
    direct: str = ""

    @classmethod
    def of(cls, proxy: str = "", ca_bundle: str = "", environ: Mapping[str, str] = os.environ) -> Self:
        """Return the way out for these settings, where one is empty as the environment has it.

        Raises:
            ConfigurationError: What the environment names cannot be used.
        """
        asked = _first(environ, {"SNLIB_PROXY": proxy}, "HTTPS_PROXY", "https_proxy")
        trusted = _first(environ, {"SNLIB_CA_BUNDLE": ca_bundle}, "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
        problems = []
        for (name, value), check in ((asked, lambda text: proxy_address(SecretStr(text))), (trusted, certificate_file)):
            try:
                check(value)
            except ValueError as error:
                problems.append(f"{name} of the environment {error}.")
        if problems:
            raise ConfigurationError(tuple(problems))
        direct = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
        return cls(proxy_address(SecretStr(asked[1])).get_secret_value(), asked[0], trusted[1], trusted[0], direct)

    def proxy_for(self, url: str) -> str:
        """Return the proxy that a request to ``url`` goes through, "" for none."""
        host = urlsplit(url).hostname or ""
        if host in _THIS_MACHINE or proxy_bypass_environment(host, {"no": self.direct}):
            return ""
        return self.proxy

    def trust(self) -> ssl.SSLContext:
        """Return the context of every encrypted connection: the public certificates and those of `ca_bundle`."""
        return _trust(self.ca_bundle)

    def describe(self, url: str) -> str:
        """Return in a sentence or two how ``url`` is reached; of a proxy only its address, never who signs in to it."""
        proxy = self.proxy_for(url)
        if proxy:
            way = f"Asked through the proxy {shown(proxy)} ({self.proxy_from})."
        elif self.proxy:
            way = "Asked directly, not through the proxy: the host is in NO_PROXY, or this machine."
        else:
            way = "Asked directly, not through a proxy."
        if not self.ca_bundle:
            return way
        return f"{way} Trusted beside the public certificates: {Path(self.ca_bundle).name} ({self.ca_bundle_from})."


def shown(proxy: str) -> str:
    """Return a proxy's address without user and password."""
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _first(environ: Mapping[str, str], setting: Mapping[str, str], *names: str) -> tuple[str, str]:
    """Return the name and the value of the setting, else of the first of these variables that is not empty."""
    found = [*setting.items(), *((name, environ.get(name, "").strip()) for name in names)]
    return next(((name, value) for name, value in found if value), ("", ""))


@lru_cache(maxsize=4)
def _trust(ca_bundle: str) -> ssl.SSLContext:
    # Read once: the public certificates take a while, and a connection is opened often.
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if ca_bundle:
        context.load_verify_locations(ca_bundle)
    return context
