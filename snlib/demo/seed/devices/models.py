"""The hardware that people have, by kind, and what a healthy device of each operating system reports."""

from __future__ import annotations

from dataclasses import dataclass

NEVER = "0001-01-01T00:00:00Z"
"""What Intune writes where something has never happened (intune-graph facts, 4.3)."""
NO_LIMIT = "9999-12-31T23:59:59Z"
"""What Intune writes as the end of a grace period that a compliant device has not."""
NO_GUID = "00000000-0000-0000-0000-000000000000"
GIGABYTE = 1_000_000_000


@dataclass(frozen=True)
class Model:
    """One model of hardware.

    Attributes:
        kind: ``laptop``, ``workstation``, ``phone``, ``tablet`` or ``kiosk``.
        operating_system: As Intune names it: ``Windows``, ``macOS``, ``iOS`` or ``Android``.
        manufacturer: Who made it, as Intune reports it.
        name: The model's name.
        storage_gb: Size of the disk.
        memory_gb: Size of the memory.
        versions: Versions of the operating system, the newest first.
        weight: Its share among the models of the kind.
    """

    kind: str
    operating_system: str
    manufacturer: str
    name: str
    storage_gb: int
    memory_gb: int
    versions: tuple[str, ...]
    weight: int


_WINDOWS = ("10.0.26200.7171", "10.0.26100.7171", "10.0.22631.6199", "10.0.19045.6456")
_MACOS = ("26.1 (25B78)", "15.7.2 (24G325)", "14.8.2 (23J126)")
_IOS = ("26.1", "18.7.2", "17.7.10")
_ANDROID = ("16", "15", "14")

MODELS: tuple[Model, ...] = (
    Model("laptop", "Windows", "LENOVO", "ThinkPad T14 Gen 5", 512, 16, _WINDOWS, 30),
    Model("laptop", "Windows", "Dell Inc.", "Latitude 7450", 512, 32, _WINDOWS, 24),
    Model("laptop", "Windows", "HP", "HP EliteBook 840 14 inch G11 Notebook PC", 1024, 32, _WINDOWS, 14),
    Model("laptop", "Windows", "Microsoft Corporation", "Surface Laptop 7", 256, 16, _WINDOWS, 10),
    Model("laptop", "macOS", "Apple", "MacBook Air", 512, 16, _MACOS, 12),
    Model("laptop", "macOS", "Apple", "MacBook Pro", 1024, 36, _MACOS, 8),
    Model("workstation", "Windows", "Dell Inc.", "Precision 3680 Tower", 2048, 64, _WINDOWS, 3),
    Model("workstation", "Windows", "LENOVO", "ThinkStation P3", 1024, 64, _WINDOWS, 2),
    Model("phone", "iOS", "Apple", "iPhone 15", 128, 6, _IOS, 5),
    Model("phone", "iOS", "Apple", "iPhone SE", 64, 4, _IOS, 3),
    Model("phone", "Android", "samsung", "SM-S921B", 256, 8, _ANDROID, 4),
    Model("phone", "Android", "Google", "Pixel 8a", 128, 8, _ANDROID, 2),
    Model("tablet", "iOS", "Apple", "iPad (10th generation)", 64, 4, _IOS, 1),
    Model("kiosk", "Android", "Zebra Technologies", "TC58", 64, 4, _ANDROID[1:], 1),
    Model("kiosk", "Windows", "Advantech", "UTC-315", 128, 8, _WINDOWS[2:], 1),
)
"""The models; Android's memory and disk are what the vendor says, rounded."""

CATEGORIES = {
    "laptop": "Laptop",
    "workstation": "Workstation",
    "phone": "Phone",
    "tablet": "Tablet",
    "kiosk": "Shared device",
}
"""``deviceCategoryDisplayName`` by kind."""

ENROLMENTS = {
    "Windows": ("mdm", "windowsAzureADJoin"),
    "macOS": ("mdm", "appleBulkWithUser"),
    "iOS": ("mdm", "appleBulkWithUser"),
    "Android": ("googleCloudDevicePolicyController", "androidEnterpriseFullyManaged"),
}
"""``managementAgent`` and ``deviceEnrollmentType`` by operating system."""


def model_named(name: str) -> Model:
    """Return the model of this name."""
    return next(model for model in MODELS if model.name == name)


def models_of(kind: str) -> list[Model]:
    """Return the models of one kind."""
    return [model for model in MODELS if model.kind == kind]
