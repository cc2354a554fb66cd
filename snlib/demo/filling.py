"""Filling an instance: the seed, the imported incident log, and the applications registered at start."""

from __future__ import annotations

from datetime import timedelta

from snlib.demo.core.instance import Instance
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import graph_time
from snlib.demo.entra.apps import register_app
from snlib.demo.seed import seed_storage
from snlib.demo.seed.ids import guid, sys_id
from snlib.demo.seed.incident_log.importer import ImportReport, import_incidents
from snlib.demo.servicenow.oauth import applications


def fill(instance: Instance) -> ImportReport | None:
    """Fill an empty database as ``instance.setup`` says and register its applications.

    Returns:
        What became of the imported log, or None where none was to be imported.

    Raises:
        ImportFailed: The log as a whole cannot be read; the database is then as empty as before.
    """
    setup = instance.setup
    with instance.storage.transaction():
        seed_storage(instance.storage, setup)
        report = None
        if setup.import_path:
            report = import_incidents(instance.storage, setup.import_path, setup.seed, setup.date_format)
    register(instance)
    return report


def is_filled(storage: Storage) -> bool:
    """Return whether a database kept in a file has been filled before."""
    return bool(storage.rows("SELECT 1 AS one FROM sys_user LIMIT 1"))


def register(instance: Instance) -> None:
    """Register the applications of ``instance.setup``, in ServiceNow and in Entra.

    Raises:
        ValueError: The redirect URI of the one in ServiceNow cannot be used.
    """
    setup = instance.setup
    if oidc := setup.oidc:
        register_app(instance, oidc.client_id, oidc.client_secret, [oidc.redirect_uri], [oidc.post_logout_uri])
    if client := setup.client:
        applications.register(instance, client.client_id, client.client_secret, client.redirect_uri)
    _connect_intune(instance)


def _connect_intune(instance: Instance) -> None:
    """Insert, or bring up to date, the ServiceNow connection that Intune has: to this very instance."""
    storage, setup = instance.storage, instance.setup
    object_id = guid(setup.seed, "service_now_connection", "seeded")
    values = {
        "instanceUrl": instance.origin,
        "incidentApiUrl": "/api/now/table/incident",
        # Without a hash: Graph's own samples differ between the outer type and this one.
        "authenticationType": "microsoft.graph.serviceNowOauthSecretAuthentication",
        "appId": setup.client.client_id if setup.client else sys_id(setup.seed, "oauth client", "of Intune"),
    }
    with storage.transaction():
        if storage.update("service_now_connection", object_id.replace("-", ""), values):
            return
        storage.insert(
            "service_now_connection",
            {
                **values,
                "sys_id": object_id.replace("-", ""),
                "id": object_id,
                "serviceNowConnectionStatus": "enabled",
                "createdDateTime": graph_time(setup.reference - timedelta(days=260)),
                "lastModifiedDateTime": graph_time(setup.reference - timedelta(days=41)),
                "lastQueriedDateTime": graph_time(setup.reference - timedelta(hours=2)),
            },
        )
