"""Which of a tenant's products are the licence that Intune's own connector needs."""

import pytest

from snlib.graph import SubscribedSku
from snlib.helpdesk.connector.licence import judge


def sku(
    part_number: str = "X", *plans: str, status: str = "Enabled", enabled: int = 5, warning: int = 0
) -> SubscribedSku:
    """Return a product."""
    return SubscribedSku(part_number, status, 0, enabled, warning, 0, plans)


OFFICE = sku("SPE_E3", "EXCHANGE_S_ENTERPRISE", "INTUNE_A")


@pytest.mark.parametrize(
    "ours",
    [
        sku("SPE_E5_NEW", "INTUNE_A", "REMOTE_HELP"),
        sku("Anything", "Remote_Help"),
        sku("Microsoft_Intune_Suite"),
        sku("INTUNE_SUITE_TRIAL"),
        sku("Intune Remote Help Add-on"),
    ],
)
def test_what_counts(ours: SubscribedSku):
    """A product counts by its service plan Remote Help, or by its part number, however that is spelt."""
    line = judge([OFFICE, ours])
    assert (line.outcome, line.text) == ("ok", f"{ours.part_number}: 5 licences.")


@pytest.mark.parametrize("skus", [[], [OFFICE], [sku("INTUNE_SUITE_LIKE")], [sku("X", "REMOTE_HELPER")]])
def test_what_does_not_count(skus: list[SubscribedSku]):
    """Nothing, or products that only sound alike, are no licence; what to buy is named."""
    line = judge(skus)
    assert line.outcome == "failed"
    assert "Intune Suite, Remote Help" in line.remedy


@pytest.mark.parametrize(
    ("ours", "outcome"),
    [
        (sku("REMOTE_HELP", status="Warning", enabled=0, warning=5), "warning"),
        (sku("REMOTE_HELP", enabled=0, warning=3), "warning"),
        (sku("REMOTE_HELP", enabled=0), "failed"),
        (sku("REMOTE_HELP", status="Suspended"), "failed"),
        (sku("REMOTE_HELP", status="LockedOut"), "failed"),
        (sku("REMOTE_HELP", status="Deleted"), "failed"),
    ],
)
def test_licences_that_end(ours: SubscribedSku, outcome: str):
    """A grace period is a warning; an expired product, or one without licences, is a failure."""
    assert judge([ours, OFFICE]).outcome == outcome


def test_a_valid_one_outweighs_an_expired_one():
    """One valid product is enough."""
    assert judge([sku("REMOTE_HELP", status="Suspended"), sku("INTUNE_SUITE")]).outcome == "ok"
