"""Microsoft Graph as the dashboard asks it: people, their photos, devices and groups, and the tenant's own settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from snlib.errors import RecordNotFound, RequestRejected, UnexpectedAnswer
from snlib.graph import devices, groups, intune, photos
from snlib.graph.calls import GraphCalls, objects_of
from snlib.graph.devices import DeviceDetails, DeviceList
from snlib.graph.fields import is_object_id
from snlib.graph.groups import MembershipList
from snlib.graph.intune import ServiceNowConnection, SubscribedSku
from snlib.graph.photos import Photo
from snlib.graph.protocol import SERVICE
from snlib.graph.search import ADVANCED_QUERY_HEADERS, clean_text, search_params
from snlib.graph.users import EXPAND_MANAGER, SELECT, GraphUser, read_user
from snlib.transport import TokenSource, Transport


@dataclass(frozen=True, slots=True)
class UserPage:
    """One page of users.

    Attributes:
        more: Whether the service knows more than these.
        total: How many there are in all, where the service said so.
    """

    users: tuple[GraphUser, ...]
    more: bool
    total: int | None


class GraphClient:
    """Ask Microsoft Graph; every method raises ServiceError, ServiceUnreachable or SignInRequired (no token).

    Args:
        base_url: "https://graph.microsoft.com/v1.0", or the demo instance's.
        token_source: Gives the access token: the application's own, or one agent's.
        transport: Sends the request.
        sleep: Waits between retries.
        for_agent: Whether the token is one agent's own, and not the application's.
    """

    def __init__(
        self,
        base_url: str,
        token_source: TokenSource,
        transport: Transport,
        *,
        sleep: Callable[[float], None] = time.sleep,
        for_agent: bool = False,
    ) -> None:
        self._for_agent = for_agent
        self._calls = GraphCalls(base_url, token_source, transport, sleep=sleep)

    def search_users(self, text: str, *, top: int = 25) -> UserPage:
        """Return up to ``top`` users whose name or address matches what an agent typed, with one call.

        Raises:
            InvalidInput: ``search``: too short, too long, or with a character that cannot be searched for.
            ServiceError: Graph answered with an error.
            ServiceUnreachable: Graph did not answer.
        """
        params = search_params(clean_text(text), rows=top + 1)
        answer = self._calls.get("/users", params, headers=ADVANCED_QUERY_HEADERS)
        found = {user.id: user for row in objects_of(answer) if (user := read_user(row))}
        total = answer.get("@odata.count")
        return UserPage(
            users=tuple(found.values())[:top],
            more=len(found) > top or "@odata.nextLink" in answer,
            total=total if isinstance(total, int) and total >= len(found) else None,
        )

    def get_user(self, object_id: str) -> GraphUser:
        """Return the user with this object id and the user's manager; a text that is none is not sent anywhere.

        Raises:
            RecordNotFound: There is no such user.
            ServiceError: Graph answered with another error.
            ServiceUnreachable: Graph did not answer.
        """
        if not is_object_id(object_id):
            raise RecordNotFound(
                "This person is not in the directory: the address names nobody.",
                service=SERVICE,
                detail="not an object id",
            )
        params = {"$select": ",".join(SELECT), "$expand": EXPAND_MANAGER}
        user = read_user(self._calls.get(f"/users/{object_id}", params))
        if user is None or user.id != object_id.lower():
            sentence = "Microsoft Graph answered with somebody else than was asked for, so nothing is shown."
            raise UnexpectedAnswer(sentence, service=SERVICE, status=200)
        return user

    def me(self) -> GraphUser:
        """Return whose token it is.

        Raises:
            ServiceError: Graph answered with an error; of an application's token for instance.
            ServiceUnreachable: Graph did not answer.
        """
        user = read_user(self._calls.get("/me", {"$select": "id,displayName,userPrincipalName"}))
        if user is None:
            raise UnexpectedAnswer("Microsoft Graph did not say whose access it is.", service=SERVICE, status=200)
        return user

    def photo(self, object_id: str) -> Photo | None:
        """Return the user's photo; see `snlib.graph.photos.of_user`."""
        return photos.of_user(self._calls, object_id)

    def managed_devices(self, object_id: str) -> DeviceList:
        """Return the user's devices; see `snlib.graph.devices.of_user`."""
        return devices.of_user(self._calls, object_id)

    def devices_by_serial_number(self, serial_number: str) -> DeviceList:
        """Return the devices with this serial number; see `snlib.graph.devices.by_serial_number`."""
        return devices.by_serial_number(self._calls, serial_number)

    def devices_by_name(self, device_name: str) -> DeviceList:
        """Return the devices with this name; see `snlib.graph.devices.by_name`."""
        return devices.by_name(self._calls, device_name)

    def device_details(self, device_id: str) -> DeviceDetails:
        """Return one device with what a list answers by a default; see `snlib.graph.devices.details`."""
        return devices.details(self._calls, device_id)

    def memberships(self, object_id: str) -> MembershipList:
        """Return the user's groups and roles, direct and transitive; see `snlib.graph.groups.of_user`."""
        return groups.of_user(self._calls, object_id)

    def subscribed_skus(self) -> tuple[SubscribedSku, ...]:
        """Return the tenant's licences; see `snlib.graph.intune.subscribed_skus`."""
        return intune.subscribed_skus(self._calls)

    def effective_permissions(self) -> frozenset[str]:
        """Return the Intune actions the agent may do; see `snlib.graph.intune.effective_permissions`.

        Raises:
            RequestRejected: The token is the application's, whose permissions say nothing about an agent.
        """
        if not self._for_agent:
            sentence = "Intune permissions can be asked for with an agent's own Graph access only."
            raise RequestRejected(sentence, service=SERVICE, detail="application token")
        return intune.effective_permissions(self._calls)

    def service_now_connections(self) -> tuple[ServiceNowConnection, ...]:
        """Return Intune's ServiceNow connectors; see `snlib.graph.intune.service_now_connections`."""
        return intune.service_now_connections(self._calls)
