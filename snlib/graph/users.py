"""A user as Microsoft Graph writes it, read leniently: one odd property never costs the person.

Vendor: https://learn.microsoft.com/graph/api/resources/user (properties), /graph/api/user-list (``$select``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snlib.graph.fields import flag, object_id, text, texts

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

EXPAND_MANAGER = "manager($select=id,displayName,mail,userPrincipalName)"
"""Comes with one user's own address; a list of users does not give it."""


@dataclass(frozen=True, slots=True)
class GraphUser:
    """A user of the tenant. Texts are cleaned for display; an absent property is ``""``.

    Attributes:
        id: Object id, a lower-case GUID.
        account_enabled: None when the service did not say.
        proxy_addresses: Mail addresses without their ``SMTP:`` prefix, the primary one first.
        manager_id: Object id of the manager; ``""`` when there is none, or in a list of users.
        usage_location: Country code (ISO 3166) for which licences are assigned.
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
    manager_id: str = ""
    manager_name: str = ""
    usage_location: str = ""


def read_user(properties: Mapping[str, object]) -> GraphUser | None:
    """Return the user ``properties`` describe, or None when they carry no object id to know the user by."""
    user_id = object_id(properties)
    if not user_id:
        return None
    found = properties.get("manager")
    manager = found if isinstance(found, dict) else {}
    return GraphUser(
        id=user_id,
        display_name=text(properties, "displayName"),
        given_name=text(properties, "givenName"),
        surname=text(properties, "surname"),
        mail=text(properties, "mail"),
        user_principal_name=text(properties, "userPrincipalName"),
        proxy_addresses=_mail_addresses(properties.get("proxyAddresses")),
        job_title=text(properties, "jobTitle"),
        department=text(properties, "department"),
        company_name=text(properties, "companyName"),
        office_location=text(properties, "officeLocation"),
        city=text(properties, "city"),
        country=text(properties, "country"),
        business_phones=texts(properties.get("businessPhones")),
        mobile_phone=text(properties, "mobilePhone"),
        account_enabled=flag(properties, "accountEnabled"),
        user_type=text(properties, "userType"),
        employee_id=text(properties, "employeeId"),
        on_premises_sam_account_name=text(properties, "onPremisesSamAccountName"),
        manager_id=object_id(manager),
        manager_name=text(manager, "displayName"),
        usage_location=text(properties, "usageLocation"),
    )


def _mail_addresses(value: object) -> tuple[str, ...]:
    # "SMTP:" in capitals marks the primary address; X500:, SIP: and the like are no mail addresses.
    tagged = [address.partition(":") for address in texts(value)]
    mails = [(kind, address) for kind, _, address in tagged if kind.lower() == "smtp" and "@" in address]
    ordered = [address for kind, address in mails if kind == "SMTP"] + [a for kind, a in mails if kind != "SMTP"]
    return tuple(dict.fromkeys(ordered))
