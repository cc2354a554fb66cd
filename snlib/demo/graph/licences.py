"""Licences: what the tenant has subscribed to, and what one user has (intune-graph facts, 4.5)."""

from __future__ import annotations

import json
from typing import Any

from snlib.demo.graph.bearer import READ_SELF
from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import denied
from snlib.demo.graph.people import existing, named_in_path
from snlib.demo.graph.permissions import LICENCES, ORGANIZATION
from snlib.demo.graph.query.collection import allow_options, select_context, selected
from snlib.demo.graph.query.properties import Row

_SKU_PROPERTIES = (
    *("id", "accountName", "accountId", "appliesTo", "capabilityStatus", "consumedUnits", "skuId", "skuPartNumber"),
    *("prepaidUnits", "subscriptionIds", "servicePlans"),
)
_DETAIL_PROPERTIES = ("id", "skuId", "skuPartNumber", "servicePlans")


def list_subscribed_skus(call: Call) -> dict[str, Any]:
    """Return ``/subscribedSkus``, whole; ``$select`` is the only option."""
    call.caller.require(ORGANIZATION)
    names = selected(allow_options(call, "$select").get("$select", ""), _SKU_PROPERTIES, "subscribedSku")
    skus = [_sku(call, row) for row in call.instance.storage.find("subscribed_sku")]
    return {
        "@odata.context": call.context(f"subscribedSkus{select_context(names)}"),
        "value": [{name: sku[name] for name in (names or _SKU_PROPERTIES)} for sku in skus],
    }


def list_license_details(call: Call) -> dict[str, Any]:
    """Return ``/users/{…}/licenseDetails``; an application on its own is refused, whatever its permissions."""
    found = named_in_path(call)
    is_self = found is not None and found["id"] == call.caller.person_id
    if not call.caller.person_id:
        raise denied()
    call.caller.require(READ_SELF | LICENCES if is_self else LICENCES)
    person = existing(call, found)
    names = selected(allow_options(call, "$select").get("$select", ""), _DETAIL_PROPERTIES, "licenseDetails")
    assignments = call.instance.storage.find("license_assignment", person_id=person["id"])
    details = [_detail(call, assignment) for assignment in assignments]
    return {
        "@odata.context": call.context(f"users('{person['id']}')/licenseDetails{select_context(names)}"),
        "value": [{name: detail[name] for name in (names or _DETAIL_PROPERTIES)} for detail in details],
    }


def _sku(call: Call, row: Row) -> dict[str, Any]:
    used = len(call.instance.storage.find("license_assignment", skuId=row["skuId"]))
    return {
        "id": f"{call.instance.tenant_id}_{row['skuId']}",
        "accountName": "northwind",
        "accountId": call.instance.tenant_id,
        "appliesTo": row["appliesTo"],
        "capabilityStatus": row["capabilityStatus"],
        "consumedUnits": int(row["consumed"] or used),
        "skuId": row["skuId"],
        "skuPartNumber": row["skuPartNumber"],
        "prepaidUnits": json.loads(row["prepaidUnits"]),
        "subscriptionIds": json.loads(row["subscriptionIds"]),
        "servicePlans": json.loads(row["servicePlans"]),
    }


def _detail(call: Call, assignment: Row) -> dict[str, Any]:
    row = call.instance.storage.find("subscribed_sku", skuId=assignment["skuId"])[0]
    disabled = json.loads(assignment["disabledPlans"])
    plans = json.loads(row["servicePlans"])
    return {
        # Graph's ids of licence details are opaque; this one is stable.
        "id": assignment["sys_id"],
        "skuId": row["skuId"],
        "skuPartNumber": row["skuPartNumber"],
        "servicePlans": [
            plan | ({"provisioningStatus": "Disabled"} if plan["servicePlanId"] in disabled else {}) for plan in plans
        ],
    }
