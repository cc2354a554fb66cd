"""The only place that sends: every request of the dashboard to a service goes through :class:`Transport`."""

from snlib.transport.calls import BearerAuth, ServiceCalls, TokenSource
from snlib.transport.network import Network
from snlib.transport.sending import Answer, Limits, Transport
from snlib.transport.strict_json import strict_json

__all__ = ["Answer", "BearerAuth", "Limits", "Network", "ServiceCalls", "TokenSource", "Transport", "strict_json"]
