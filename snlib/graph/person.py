"""A person as the dashboard knows one, named as Microsoft Graph names it.

Vendor: https://learn.microsoft.com/graph/api/resources/user (properties), /graph/api/user-list (``$select``).
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field
from pydantic.dataclasses import dataclass

from snlib.graph.fields import AS_GRAPH_WRITES, Flag, Text, Texts, object_id, selected, texts

# 32 hexadecimal digits, but for records that were imported.
_SYS_ID = re.compile(r"[\w-][\w.-]{0,31}")


def _key(value: object) -> str:
    return object_id(value) or (value if isinstance(value, str) and _SYS_ID.fullmatch(value) else "")


def _mail_addresses(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value  # read already
    # "SMTP:" in capitals marks the primary address; X500:, SIP: and the like are no mail addresses.
    tagged = [address.partition(":") for address in texts(value)]
    mails = [(kind, address) for kind, _, address in tagged if kind.lower() == "smtp" and "@" in address]
    return tuple(dict.fromkeys(address for _, address in sorted(mails, key=lambda mail: mail[0] != "SMTP")))


@dataclass(frozen=True, slots=True, config=AS_GRAPH_WRITES)
class Person:
    """Anyone found in a directory. Texts are cleaned for display; what is unknown is ``""``.

    Attributes:
        id: The directory's own key (object id, or sys_id of ``sys_user``); part of the page's address.
        name: Display name, else the other names, else an address, else "(no name)".
        username: User principal name, or ServiceNow's user ID; may differ from ``mail``.
        phones: Business numbers; ``mobile`` is apart.
        account_enabled: None when the directory does not say.
        user_type: "Member" or "Guest".
        account_name: Of Active Directory (``onPremisesSamAccountName``), or ServiceNow's user ID.
        proxy_addresses: Every address of the mailbox, the primary one first.
        other_mails: Addresses elsewhere, e.g. a guest's own.
        manager_id: The manager's key, ``""`` when there is none, and in what a search found.
        usage_location: Country code (ISO 3166) for which licences are assigned.
    """

    id: str
    name: Text = Field(default="", validation_alias="displayName")
    given_name: Text = ""
    surname: Text = ""
    mail: Text = ""
    username: Text = Field(default="", validation_alias="userPrincipalName")
    title: Text = Field(default="", validation_alias="jobTitle")
    department: Text = ""
    company: Text = Field(default="", validation_alias="companyName")
    office: Text = Field(default="", validation_alias="officeLocation")
    city: Text = ""
    country: Text = ""
    phones: Texts = Field(default=(), validation_alias="businessPhones")
    mobile: Text = Field(default="", validation_alias="mobilePhone")
    account_enabled: Flag = None
    user_type: Text = ""
    employee_id: Text = ""
    account_name: Text = Field(default="", validation_alias="onPremisesSamAccountName")
    proxy_addresses: Annotated[tuple[str, ...], BeforeValidator(_mail_addresses)] = ()
    other_mails: Texts = ()
    manager_id: Annotated[str, BeforeValidator(_key)] = Field(default="", validation_alias=AliasPath("manager", "id"))
    manager_name: Text = Field(default="", validation_alias=AliasPath("manager", "displayName"))
    usage_location: Text = ""

    def __post_init__(self) -> None:
        names = (self.name, f"{self.given_name} {self.surname}".strip(), self.username, self.mail, "(no name)")
        object.__setattr__(self, "name", next(filter(None, names)))

    @property
    def is_guest(self) -> bool:
        """Whether the person belongs to another organisation: the user principal name is then no real address."""
        return self.user_type.lower() == "guest" or "#ext#" in self.username.lower()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address, each once, in any case: of the mailbox, the user principal name, and those elsewhere."""
        own = (self.mail, self.username, *self.proxy_addresses, *self.other_mails)
        first = {text.casefold(): text for text in reversed(own)}
        return tuple(first[key] for key in dict.fromkeys(text.casefold() for text in own if "@" in text))

    @property
    def address(self) -> str:
        """What tells two people of the same name apart: the mail address, else the user principal name, else ``""``."""
        return self.mail or self.username


PERSON_SELECT = selected(Person)
"""All but a handful of these properties come only when ``$select`` names them."""
