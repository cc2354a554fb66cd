"""The only place that sends: every request of the dashboard to a service goes through :class:`Transport`."""

from snlib.transport.bearer import BearerAuth, TokenSource
from snlib.transport.calls import ServiceCalls
from snlib.transport.sending import Answer, Limits, Transport
from snlib.transport.strict_json import strict_json

__all__ = ["Answer", "BearerAuth", "Limits", "ServiceCalls", "TokenSource", "Transport", "strict_json"]
