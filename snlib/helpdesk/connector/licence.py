"""Whether the tenant has the licence that Intune's own ServiceNow connector needs; pure.

Intune asks for the Intune Suite, the Remote Help add-on, or a trial of either
(https://learn.microsoft.com/intune/intune-service/fundamentals/intune-add-ons). A product is recognised by its service
plan ``REMOTE_HELP``, which several products have, else by its part number, which Microsoft writes in several ways.
"""

from __future__ import annotations

from collections.abc import Iterable

from snlib.connector.connection_tests import CheckResult
from snlib.graph import SubscribedSku

SERVICE_PLAN = "REMOTE_HELP"
PART_NUMBERS = frozenset(
    {
        "MICROSOFT_INTUNE_SUITE",
        "INTUNE_SUITE",
        "MICROSOFT_INTUNE_SUITE_TRIAL",
        "INTUNE_SUITE_TRIAL",
        "REMOTE_HELP",
        "REMOTE_HELP_ADD_ON",
        "INTUNE_REMOTE_HELP",
        "INTUNE_REMOTE_HELP_ADD_ON",
        "REMOTE_HELP_TRIAL",
        "INTUNE_REMOTE_HELP_TRIAL",
    }
)
"""Part numbers in capitals, with ``_`` for every other sign."""

KEY, LABEL = "licence", "Licence"
_REMEDY = "Microsoft 365 admin centre › Billing › Purchase services: Intune Suite, Remote Help, or a trial of either."


def judge(skus: Iterable[SubscribedSku]) -> CheckResult:
    """Return whether the licence is valid, in its grace period, expired, or missing."""
    ours = [sku for sku in skus if _is_ours(sku)]
    if not ours:
        return CheckResult(KEY, LABEL, "failed", "The tenant has neither Intune Suite nor Remote Help.", _REMEDY)
    good = [sku for sku in ours if sku.status == "Enabled" and sku.enabled > 0]
    if good:
        return CheckResult(KEY, LABEL, "ok", f"{_names(good)}: {sum(sku.enabled for sku in good)} licences.")
    ending = [sku for sku in ours if sku.status in ("Enabled", "Warning") and sku.warning > 0]
    if ending:
        return CheckResult(KEY, LABEL, "warning", f"{_names(ending)}: expired, in its grace period.", _REMEDY)
    return CheckResult(KEY, LABEL, "failed", f"{_names(ours)}: expired, or has no licences.", _REMEDY)


def _is_ours(sku: SubscribedSku) -> bool:
    part_number = "".join(char if char.isalnum() else "_" for char in sku.part_number.upper())
    return SERVICE_PLAN in (plan.upper() for plan in sku.service_plans) or part_number in PART_NUMBERS


def _names(skus: Iterable[SubscribedSku]) -> str:
    return ", ".join(sku.part_number for sku in skus)
