"""``$filter`` on managed devices: ``name eq 'text'``, joined by ``and`` and ``or`` (intune-graph facts, 4.3).

The trap of the real service is here, too: ``userPrincipalName eq ''`` is no condition at all and finds every device of
the tenant, also those that belong to somebody.
"""

from __future__ import annotations

from snlib.demo.graph.errors import bad_request
from snlib.demo.graph.query.filter_text import FilterParser
from snlib.demo.graph.query.parsing import Predicate, known_name

FILTERABLE = (
    *("id", "deviceName", "serialNumber", "userPrincipalName", "userId", "azureADDeviceId", "emailAddress"),
    *("operatingSystem", "complianceState", "managementAgent", "imei"),
)


def parse_device_filter(text: str) -> Predicate:
    """Return the test of a ``$filter``; case does not matter to ``eq``.

    Raises:
        GraphError: 400; it is malformed, or of a property that cannot be filtered by.
    """
    return _Parser(text).whole()


class _Parser(FilterParser):
    max_tokens = 400

    def operand(self) -> Predicate:
        name = self.expect("name")
        known = known_name(name, FILTERABLE)
        if not known:
            raise bad_request(f"Invalid filter clause: '{name[:64]}' of 'microsoft.graph.managedDevice' has no filter.")
        self.expect("name", "eq")
        text = self.text_literal().casefold()
        if known == "userPrincipalName" and not text:
            return lambda row: True
        return lambda row: row[known].casefold() == text
