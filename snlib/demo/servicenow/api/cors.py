"""CORS: a browser's script from another origin may read an API's answer only where an active rule says so.

Rules are records of ``sys_cors_rule`` (ServiceNow docs). They never cover ``/oauth_token.do``.
"""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import from_text
from snlib.demo.servicenow.records.cors_rules import METHODS, domain_fault

Rule = dict[str, str]

_API = re.compile(r"/api/now/(?:v\d+/)?(?P<name>[a-z_]+)")
_NAMES = {
    "table": {"table api", "now/table"},
    "stats": {"aggregate api", "now/stats"},
    "ui": {"user api", "now/ui"},
}


class CorsMiddleware:
    """Answers preflights and adds the CORS headers for requests that come from another origin.

    Args:
        app: The application inside.
        instance: The demo instance, whose rules are read on every such request.
    """

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self._app = app
        self._instance = instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, with CORS headers on its answer where a rule covers it."""
        api = _API.match(scope["path"]) if scope["type"] == "http" else None
        headers = Headers(scope=scope) if api else Headers()
        origin = headers.get("origin", "").lower()
        if api is None or not origin or origin == self._own_origin(scope, headers):
            await self._app(scope, receive, send)
            return
        asked = headers.get("access-control-request-method", "").upper()
        preflight = scope["method"] == "OPTIONS" and bool(asked)
        method = asked if preflight else scope["method"]
        rule = await run_in_threadpool(self._rule, origin, method, scope["path"], api["name"])
        if preflight:
            answer = Response(status_code=200)
            _allow(answer.headers, rule, origin, headers.get("access-control-request-headers", ""), preflight=True)
            await answer(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _allow(MutableHeaders(scope=message), rule, origin, "", preflight=False)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _own_origin(self, scope: Scope, headers: Headers) -> str:
        return f"{scope['scheme']}://{headers.get('host', '')}".lower()

    def _rule(self, origin: str, method: str, path: str, api: str) -> Rule | None:
        """Return the rule that covers a request: an exact domain beats a wildcard."""
        column = "get" if method == "HEAD" else method.lower()
        fitting = [
            rule
            for rule in self._rules_in_effect()
            if rule["active"] == "true"
            and column in METHODS
            and rule[column] == "true"
            and _covers(rule, path, api)
            and _matches(rule["domain"].strip().lower(), origin)
        ]
        return min(fitting, key=lambda rule: "*" in rule["domain"], default=None)

    def _rules_in_effect(self) -> list[Rule]:
        """Return the rules as they count now; a change younger than the delay leaves what counted before it."""
        delay = timedelta(seconds=self._instance.switches.cors_delay_seconds)
        settled_before = self._instance.clock.now() - delay
        with self._instance.lock:
            earlier: dict[str, Rule] = self._instance.shelf("cors_rules_in_effect")
            rules = {rule["sys_id"]: rule for rule in self._instance.storage.find("sys_cors_rule")}
            for sys_id in [sys_id for sys_id in earlier if sys_id not in rules]:
                del earlier[sys_id]
            for sys_id, rule in rules.items():
                changed = rule["sys_updated_on"]
                if not delay or not changed or from_text(changed) <= settled_before:
                    earlier[sys_id] = rule
            return list(earlier.values())


def _covers(rule: Rule, path: str, api: str) -> bool:
    """Whether a rule's REST API, and its resource path where it uses one, hold the requested path."""
    if rule["rest_api"].strip().lower() not in _NAMES.get(api, set()):
        return False
    resource = rule["resource_path"].strip().strip("/")
    return rule["use_resource_path"] != "true" or not resource or f"/{resource}/" in f"{path}/"


def _matches(domain: str, origin: str) -> bool:
    """Compare scheme, host and port; a wildcard stands for one or more leading labels."""
    if domain_fault(domain):
        return False
    scheme, _, host = domain.partition("://")
    if not host.startswith("*."):
        return domain == origin
    prefix = f"{scheme}://"
    return origin.startswith(prefix) and origin.endswith(host[1:]) and len(origin) > len(prefix) + len(host[1:])


def _allow(headers: MutableHeaders, rule: Rule | None, origin: str, asked_headers: str, *, preflight: bool) -> None:
    headers.append("Vary", "Origin")
    if rule is None:
        return
    headers["Access-Control-Allow-Origin"] = origin
    if rule["access_control_allow_credentials"] == "true" and "*" not in rule["domain"]:
        headers["Access-Control-Allow-Credentials"] = "true"
    if not preflight:
        if rule["exposed_headers"]:
            headers["Access-Control-Expose-Headers"] = rule["exposed_headers"]
        return
    headers["Access-Control-Allow-Methods"] = ",".join(name.upper() for name in METHODS if rule[name] == "true")
    allowed = rule["access_control_allow_headers"] or asked_headers
    if allowed:
        headers["Access-Control-Allow-Headers"] = allowed
    if rule["max_age"] not in {"", "0"}:
        headers["Access-Control-Max-Age"] = rule["max_age"]
