"""The control plane under ``/demo/``: a test resets the instance, orders faults, turns switches and moves the clock.

Off unless asked for, answering loopback clients only; ``/demo/health`` is always there.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.bodies import with_body
from snlib.demo.core.faults import Fault
from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import to_text
from snlib.demo.filling import fill

Action = Callable[[Instance, Mapping[str, Any]], dict[str, Any]]


def routes(instance: Instance) -> list[BaseRoute]:
    """Return ``/demo/health`` and, where the control plane is open, everything else under ``/demo/``."""
    found: list[BaseRoute] = [Route("/demo/health", _health, methods=["GET"])]
    if not instance.control:
        return found
    for path, action in _ACTIONS.items():
        found.append(Route(f"/demo/{path}", _endpoint(action), methods=["POST"]))
    found.append(Route("/demo/requests", _requests, methods=["GET", "DELETE"]))
    return found


def _health(request: Request) -> Response:
    instance: Instance = request.app.state.instance
    return JSONResponse({"status": "ok", "seed": instance.seed, "control": instance.control})


def _refusal(request: Request) -> Response | None:
    """Refuse what does not come from this machine, and pages of other origins (a browser sends them an Origin)."""
    instance: Instance = request.app.state.instance
    host = request.client.host if request.client else ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local or request.headers.get("origin", instance.origin) != instance.origin:
        return JSONResponse({"error": "the control plane answers this machine only"}, 403)
    return None


def _requests(request: Request) -> Response:
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    log = request.app.state.instance.request_log
    if request.method == "DELETE":
        log.clear()
        return Response(status_code=204)
    return JSONResponse({"requests": [asdict(entry) for entry in log.entries()]})


def _endpoint(action: Action) -> Callable[[Request], Any]:
    def serve(request: Request, body: bytes | None) -> Response:
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
        try:
            done = action(request.app.state.instance, _order(body))
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(done)

    return with_body(serve)


def _reset(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    """Put everything back to how it was at start."""
    _only(order, ())
    with instance.storage.transaction():
        instance.forget()
        instance.storage.clear()
        fill(instance)
    return {"reset": True}


def _fault(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    _only(order, [field.name for field in fields(Fault)])
    fault = Fault(**order)
    instance.faults.order(fault)
    return asdict(fault)


def _clear_faults(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    _only(order, ())
    instance.faults.clear()
    return {"faults": 0}


def _clock(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    _only(order, ("advance_seconds",))
    instance.clock.advance(float(order["advance_seconds"]) if "advance_seconds" in order else 0.0)
    return {"now": to_text(instance.clock.now())}


def _switch(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in order.items():
        instance.switches.set(name, value)
    return asdict(instance.switches)


def _expire(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    """Let access tokens (or, by ``type``, refresh tokens) run out, of one user or of all."""
    _only(order, ("user_name", "type"))
    past = to_text(instance.clock.now() - timedelta(seconds=1))
    test, params = _tokens(instance, {"type": "access_token", **order})
    return {
        "expired": instance.storage.execute(f"UPDATE oauth_credential SET expires = ? WHERE {test}", [past, *params])
    }


def _revoke(instance: Instance, order: Mapping[str, Any]) -> dict[str, Any]:
    """Delete tokens of every type (or of the given one), of one user or of all."""
    _only(order, ("user_name", "type"))
    test, params = _tokens(instance, order)
    return {"revoked": instance.storage.execute(f"DELETE FROM oauth_credential WHERE {test}", params)}


def _tokens(instance: Instance, order: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the SQL test, and its parameters, for the tokens that an order means."""
    tests, params = ["1 = 1"], []
    kind = order.get("type", "all")
    if kind not in {"access_token", "refresh_token", "all"}:
        raise ValueError("type is access_token, refresh_token or all")
    if kind != "all":
        tests.append("type = ?")
        params.append(kind)
    if "user_name" in order:
        users = instance.storage.find("sys_user", user_name=str(order["user_name"]))
        if not users:
            raise ValueError(f"no user {order['user_name']}")
        tests.append("user = ?")
        params.append(users[0]["sys_id"])
    return " AND ".join(tests), params


def _order(body: bytes | None) -> dict[str, Any]:
    """Return the JSON object in a body; an empty body is an empty one."""
    order = None if body is None else json.loads(body or b"{}")
    if not isinstance(order, dict):
        raise ValueError("the body is a JSON object of 64 KiB at most")  # noqa: TRY004  (one way out for bad orders)
    return order


def _only(order: Mapping[str, Any], known: tuple[str, ...] | list[str]) -> None:
    unknown = set(order) - set(known)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")


_ACTIONS: dict[str, Action] = {
    "reset": _reset,
    "fault": _fault,
    "faults/clear": _clear_faults,
    "clock": _clock,
    "switch": _switch,
    "tokens/expire": _expire,
    "tokens/revoke": _revoke,
}
