"""A user as Microsoft Graph writes it, read leniently: one odd property never costs the person.

Vendor: https://learn.microsoft.com/graph/api/resources/user (properties), /graph/api/user-list (``$select``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from snlib.text import plain_cell

SELECT = (
    "id",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
    "proxyAddresses",
    "jobTitle",
    "department",
    "companyName",
    "officeLocation",
    "city",
    "country",
    "usageLocation",
    "businessPhones",
    "mobilePhone",
    "preferredLanguage",
    "accountEnabled",
    "userType",
    "employeeId",
    "onPremisesSamAccountName",
    "createdDateTime",
)
"""The helpdesk's properties. All but a handful come only when ``$select`` names them."""

_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GraphUser:
    """A user of the tenant. Texts are cleaned for display; an absent property is ``""``.

    Attributes:
        id: Object id, a lower-case GUID.
        account_enabled: None when the service did not say.
        proxy_addresses: Mail addresses without their ``SMTP:`` prefix, the primary one first.
    """

    id: str
    display_name: str
    given_name: str
    surname: str
    mail: str
    user_principal_name: str
    proxy_addresses: tuple[str, ...]
    job_title: str
    department: str
    company_name: str
    office_location: str
    city: str
    country: str
    business_phones: tuple[str, ...]
    mobile_phone: str
    account_enabled: bool | None
    user_type: str
    employee_id: str
    on_premises_sam_account_name: str


def is_object_id(text: str) -> bool:
    """Return whether ``text`` has the shape of an object id (a GUID); only such a text may become part of a path."""
    return _OBJECT_ID.match(text) is not None


def read_user(properties: Mapping[str, object]) -> GraphUser | None:
    """Return the user ``properties`` describe, or None when they carry no object id to know the user by."""
    object_id = properties.get("id")
    if not isinstance(object_id, str) or not is_object_id(object_id):
        return None
    enabled = properties.get("accountEnabled")
    return GraphUser(
        id=object_id.lower(),
        display_name=_text(properties, "displayName"),
        given_name=_text(properties, "givenName"),
        surname=_text(properties, "surname"),
        mail=_text(properties, "mail"),
        user_principal_name=_text(properties, "userPrincipalName"),
        proxy_addresses=_mail_addresses(properties.get("proxyAddresses")),
        job_title=_text(properties, "jobTitle"),
        department=_text(properties, "department"),
        company_name=_text(properties, "companyName"),
        office_location=_text(properties, "officeLocation"),
        city=_text(properties, "city"),
        country=_text(properties, "country"),
        business_phones=_texts(properties.get("businessPhones")),
        mobile_phone=_text(properties, "mobilePhone"),
        account_enabled=enabled if isinstance(enabled, bool) else None,
        user_type=_text(properties, "userType"),
        employee_id=_text(properties, "employeeId"),
        on_premises_sam_account_name=_text(properties, "onPremisesSamAccountName"),
    )


def _text(properties: Mapping[str, object], name: str) -> str:
    value = properties.get(name)
    return plain_cell(value) if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(text for text in (plain_cell(item) for item in value if isinstance(item, str)) if text)


def _mail_addresses(value: object) -> tuple[str, ...]:
    # "SMTP:" in capitals marks the primary address; X500:, SIP: and the like are no mail addresses.
    tagged = [address.partition(":") for address in _texts(value)]
    mails = [(kind, address) for kind, _, address in tagged if kind.lower() == "smtp" and "@" in address]
    ordered = [address for kind, address in mails if kind == "SMTP"] + [a for kind, a in mails if kind != "SMTP"]
    return tuple(dict.fromkeys(ordered))
