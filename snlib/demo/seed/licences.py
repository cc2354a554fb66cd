"""Made-up licences: what the tenant has bought, what is used up, suspended or about to end, and who has which.

Service plans and part numbers are Microsoft's, except the Remote Help add-on's own ids: tell a product by its service
plan (``REMOTE_HELP``, ``INTUNE_A``), which comes in several products, not by its part number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from snlib.demo.core.storage import Storage
from snlib.demo.seed.ids import guid, sys_id
from snlib.demo.seed.people import Person

REMOTE_HELP = ("a4c6cf29-1168-4076-ba5c-e8fe0e62b17e", "REMOTE_HELP")
INTUNE = ("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "INTUNE_A")
_ENTRA_P1 = ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM")
_EXCHANGE = ("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE")
_KIOSK = ("4a82b400-a79f-41a4-b4e2-e94f5787b113", "EXCHANGE_S_DESKLESS")
_TEAMS = ("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1")
_PKI = ("795aec3a-93a2-45be-92c4-47b9a76340ca", "CLOUD_PKI")
_FLOW = ("50e68c76-46c6-4674-81f9-75456511b170", "FLOW_P2_VIRAL")
_POWER_BI = ("70d33638-9c74-4d01-bfd3-562de28bd4ba", "BI_AZURE_P2")
_STORE = ("a420f25f-a7b3-4ff5-a9d0-5d58f73b537d", "WINDOWS_STORE")


@dataclass(frozen=True)
class Product:
    """A product that the tenant has subscribed to.

    Attributes:
        sku_id: Its GUID; empty for one that is made up from the seed.
        part_number: ``skuPartNumber``.
        units: ``prepaidUnits``: enabled, suspended, warning, locked out.
        plans: Its service plans.
        status: ``capabilityStatus``.
        applies_to: ``User`` or ``Company``.
    """

    sku_id: str
    part_number: str
    units: tuple[int, int, int, int]
    plans: tuple[tuple[str, str], ...]
    status: str = "Enabled"
    applies_to: str = "User"


E3, F1, SUITE, HELP, FREE, POWER_BI, STORE, TRIAL = (
    Product("05e9a617-0261-4cee-bb44-138d3ef5d965", "SPE_E3", (400, 0, 0, 0), (_EXCHANGE, _TEAMS, INTUNE, _ENTRA_P1)),
    Product("66b55226-6b4f-492c-910c-a3b7a3c9d993", "SPE_F1", (120, 0, 25, 0), (_KIOSK, _TEAMS, INTUNE, _ENTRA_P1)),
    Product("a929cd4d-8672-47c9-8664-159c1f322ba8", "Microsoft_Intune_Suite", (60, 0, 0, 0), (REMOTE_HELP, _PKI)),
    Product("", "Intune_Remote_Help_Add_on", (75, 0, 0, 0), (REMOTE_HELP,)),
    Product("f30db892-07e9-47e9-837c-80727f46fd3d", "FLOW_FREE", (10000, 0, 0, 0), (_FLOW,)),
    Product("f8a1db68-be16-40ed-86d5-cb42ce701560", "POWER_BI_PRO", (0, 20, 0, 0), (_POWER_BI,), "Suspended"),
    Product("6470687e-a428-4b7a-bef2-8a291ad947c9", "WINDOWS_STORE", (25, 0, 0, 0), (_STORE,), applies_to="Company"),
    Product("", "NWI_LAB_PREVIEW_2024", (0, 0, 0, 5), (), "LockedOut"),
)
"""In the order of the answer: the last is one that no list of product names knows."""

PRODUCTS: tuple[Product, ...] = (E3, F1, SUITE, HELP, FREE, POWER_BI, STORE, TRIAL)


def insert_licences(storage: Storage, seed: int, people: list[Person]) -> None:
    """Insert the products and who has a licence of which."""
    storage.insert_many("subscribed_sku", [_product_row(seed, product) for product in PRODUCTS])
    storage.insert_many(
        "license_assignment",
        [
            {
                "sys_id": sys_id(seed, "licence", f"{person.index}.{product.part_number}"),
                "person_id": person.object_id(seed),
                "skuId": _sku_id(seed, product),
                "disabledPlans": json.dumps([_TEAMS[0]] if _TEAMS in product.plans and person.index % 25 == 7 else []),
            }
            for person in people
            for product in _products_of(person)
        ],
    )


def _products_of(person: Person) -> list[Product]:
    """Return what a person is licensed for; guests and most disabled accounts have nothing."""
    if person.part.quirk.startswith("guest") or (person.part.quirk == "disabled" and person.index % 3):
        return []
    products = [F1 if person.part.department in {"Logistics", "Manufacturing"} else E3]
    if person.part.department == "IT":
        products.append(SUITE)
    if person.index % 9 == 5:
        products.append(HELP)
    if person.index % 4 == 1:
        products.append(FREE)
    if person.index % 30 == 11:
        products.append(POWER_BI)
    return products


def _sku_id(seed: int, product: Product) -> str:
    return product.sku_id or guid(seed, "sku", product.part_number)


def _product_row(seed: int, product: Product) -> dict[str, str]:
    enabled, suspended, warning, locked_out = product.units
    company = product.applies_to == "Company"
    return {
        "sys_id": sys_id(seed, "sku row", product.part_number),
        "skuId": _sku_id(seed, product),
        "skuPartNumber": product.part_number,
        "capabilityStatus": product.status,
        "appliesTo": product.applies_to,
        # A company's product is used by nobody in particular.
        "consumed": "1" if company else "",
        "prepaidUnits": json.dumps(
            {"enabled": enabled, "suspended": suspended, "warning": warning, "lockedOut": locked_out}
        ),
        "servicePlans": json.dumps(
            [
                {
                    "servicePlanId": plan_id,
                    "servicePlanName": name,
                    "provisioningStatus": "Success" if product.status == "Enabled" else "Disabled",
                    "appliesTo": product.applies_to,
                }
                for plan_id, name in product.plans
            ]
        ),
        "subscriptionIds": json.dumps([guid(seed, "subscription", product.part_number)]),
    }
