"""``/api/now/ui/user/current_user``, undocumented and widely used, and the answer of every unknown API address."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from snlib.demo.servicenow.api.exchange import Call, Reply, endpoint, refused
from snlib.demo.servicenow.api.table_api import ALL_METHODS
from snlib.demo.servicenow.errors import method_not_supported, not_authenticated, unknown_path


def routes() -> list[BaseRoute]:
    """Return the two routes; the last takes every address below ``/api/`` that no earlier one took."""
    return [
        Route("/api/now/ui/user/current_user", endpoint(_current_user), methods=ALL_METHODS),
        Route("/api/{rest:path}", _unknown, methods=ALL_METHODS),
    ]


def _current_user(call: Call) -> Reply:
    if call.method != "GET":
        raise method_not_supported(call.method)
    if call.identity.method == "bearer" and not call.instance.switches.current_user_bearer:
        raise not_authenticated()  # some instances want a session here
    user = call.viewer.user
    return Reply(
        {
            "result": {
                "user_sys_id": user["sys_id"],
                "user_name": user["user_name"],
                "user_display_name": user["name"],
                "user_initials": "".join(word[0] for word in user["name"].split()[:2]).upper(),
                "user_avatar": user["avatar"],
            }
        }
    )


def _unknown(request: Request) -> Response:
    """Answer 400 whoever asks: the address is looked at before the identity."""
    return refused(request, unknown_path())
