"""The addresses of the demo Graph."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import BaseRoute, Route

from snlib.demo.graph import groups, licences, photos, users
from snlib.demo.graph.call import Answer, Call, endpoint
from snlib.demo.graph.intune import connections, devices

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes() -> list[BaseRoute]:
    """Return the routes; every other path below ``/v1.0/`` and ``/beta/`` is refused in Graph's own shape."""
    return [
        _get("/v1.0/users", users.list_users),
        _get("/v1.0/users/$count", users.count_users),
        *(route for base in ("/v1.0/users/{user}", "/v1.0/users('{user}')") for route in _of_user(base)),
        _get("/v1.0/me", users.get_me),
        _get("/v1.0/me/manager", users.get_my_manager),
        _get("/v1.0/me/photo", photos.get_my_photo_metadata),
        _get("/v1.0/me/photo/$value", photos.get_my_photo),
        _get("/v1.0/subscribedSkus", licences.list_subscribed_skus),
        *(route for version in ("v1.0", "beta") for route in _of_devices(version)),
        *_of_intune(),
        Route("/v1.0/{path:path}", endpoint(users.refuse_unknown), methods=METHODS),
        Route("/beta/{path:path}", endpoint(users.refuse_unknown), methods=METHODS),
    ]


def _of_user(base: str) -> list[Route]:
    return [
        _get(base, users.get_user),
        _get(f"{base}/manager", users.get_manager),
        _get(f"{base}/photo", photos.get_photo_metadata),
        _get(f"{base}/photo/$value", photos.get_photo),
        _get(f"{base}/photos/{{size}}/$value", photos.get_photo),
        *_of_relation(f"{base}/memberOf", groups.list_member_of, groups.count_member_of),
        *_of_relation(
            f"{base}/transitiveMemberOf", groups.list_transitive_member_of, groups.count_transitive_member_of
        ),
        _get(f"{base}/licenseDetails", licences.list_license_details),
    ]


def _of_relation(
    path: str, answer_list: Callable[[Call], Answer], answer_count: Callable[[Call], Answer]
) -> list[Route]:
    return [
        _get(path, answer_list),
        _get(f"{path}/$count", answer_count),
        _get(f"{path}/{{type}}", answer_list),
        _get(f"{path}/{{type}}/$count", answer_count),
    ]


def _of_devices(version: str) -> list[Route]:
    everything = f"/{version}/deviceManagement/managedDevices"
    return [
        _get(f"/{version}/users/{{user}}/managedDevices", devices.list_user_devices),
        _get(f"/{version}/users('{{user}}')/managedDevices", devices.list_user_devices),
        _get(everything, devices.list_devices),
        _get(f"{everything}/{{device}}", devices.get_device),
        _get(f"{everything}('{{device}}')", devices.get_device),
        _get(f"{everything}/{{device}}/users", devices.list_device_users),
    ]


def _of_intune() -> list[Route]:
    base = "/beta/deviceManagement"
    one = endpoint(connections.answer_connection)
    return [
        _get(f"{base}/getEffectivePermissions(scope='{{scope}}')", connections.get_effective_permissions),
        Route(
            f"{base}/serviceNowConnections",
            endpoint(connections.answer_connections),
            methods=["GET", "POST"],
        ),
        Route(f"{base}/serviceNowConnections/{{connection}}", one, methods=["GET", "PATCH", "DELETE"]),
        Route(f"{base}/serviceNowConnections('{{connection}}')", one, methods=["GET", "PATCH", "DELETE"]),
    ]


def _get(path: str, answer: Callable[[Call], Answer]) -> Route:
    return Route(path, endpoint(answer), methods=["GET"])
