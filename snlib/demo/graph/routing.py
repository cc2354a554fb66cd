"""The addresses of the demo Graph."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import BaseRoute, Route

from snlib.demo.graph import users
from snlib.demo.graph.call import Answer, Call, endpoint
from snlib.demo.instance import Instance

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(instance: Instance) -> list[BaseRoute]:
    """Return the routes; every other path below ``/v1.0/`` is refused in Graph's own shape."""
    del instance
    return [
        _get("/v1.0/users", users.list_users),
        _get("/v1.0/users/$count", users.count_users),
        *(
            route
            for base in ("/v1.0/users/{user}", "/v1.0/users('{user}')")
            for route in (
                _get(base, users.get_user),
                _get(f"{base}/manager", users.get_manager),
                _get(f"{base}/photo", users.get_photo),
                _get(f"{base}/photo/$value", users.get_photo),
                _get(f"{base}/photos/{{size}}/$value", users.get_photo),
            )
        ),
        _get("/v1.0/me", users.get_me),
        _get("/v1.0/me/manager", users.get_my_manager),
        _get("/v1.0/me/photo", users.get_my_photo),
        _get("/v1.0/me/photo/$value", users.get_my_photo),
        Route("/v1.0/{path:path}", endpoint(users.refuse_unknown), methods=METHODS),
    ]


def _get(path: str, answer: Callable[[Call], Answer]) -> Route:
    return Route(path, endpoint(answer), methods=["GET"])
