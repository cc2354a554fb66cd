"""The devices of the people known by name: guides and tests rely on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """What a device is to be.

    Attributes:
        kind: See ``device_models.Model.kind``.
        model: The model's name; empty for one at random.
        troubles: Names of ``device_troubles.TROUBLES``, applied in turn.
        name: The device's name; empty for the usual one.
        twin: Whether it has the serial number of the person's device before it: enrolled anew, the old record left.
        enrolled_by: Who enrolled it for the person, by the part of the address before the @; empty for the person.
    """

    kind: str
    model: str = ""
    troubles: tuple[str, ...] = ()
    name: str = ""
    twin: bool = False
    enrolled_by: str = ""


_T14, _LATITUDE, _SURFACE = "ThinkPad T14 Gen 5", "Latitude 7450", "Surface Laptop 7"
_KIOSK_TROUBLES: tuple[tuple[str, ...], ...] = (
    (),
    ("stale_40_days",),
    ("no_serial",),
    ("never_synced",),
    ("low_disk", "stale_8_days"),
    ("certificate_expired",),
    ("small_disk",),
    ("serial_zero", "ownership_unknown"),
    ("unknown",),
    ("old_build", "not_encrypted"),
    ("serial_placeholder",),
    (),
)

KNOWN_DEVICES: dict[str, tuple[Spec, ...]] = {
    "ingrid.vogel": (Spec("laptop", _SURFACE),),
    "hugo.lambert": (Spec("laptop", _LATITUDE), Spec("phone", "iPhone SE")),
    "lena.okafor": (Spec("laptop", "MacBook Air"),),
    "arthur.blom": (),
    "mia.novak": (Spec("laptop", _T14, ("stale_8_days",)),),
    "amelie.fontaine": (
        Spec("laptop", _LATITUDE, ("grace", "low_disk")),
        Spec("phone", "iPhone 15", name="Amélie's iPhone"),
        Spec("workstation", "Precision 3680 Tower", ("stale_40_days",)),
    ),
    "siobhan.o'brien": (
        Spec("laptop", "MacBook Pro", ("not_encrypted", "noncompliant")),
        Spec("phone", "iPhone SE", ("jailbroken", "personal"), name="Siobhán's iPhone"),
    ),
    "anna.schmidt": (Spec("laptop", _T14),),
    "anna.schmidt2": (Spec("laptop", _LATITUDE, ("serial_lower_case",)), Spec("phone", "SM-S921B")),
    "anna.schmidt3": (),
    "tomas.herrera": (
        Spec("workstation", "ThinkStation P3", ("stale_40_days",)),
        Spec("workstation", "ThinkStation P3", ("failed_wipe",), twin=True),
    ),
    "priya.raman": (Spec("laptop", "MacBook Pro", ("threat_high",)), Spec("phone", "Pixel 8a", ("compromised",))),
    "jurgen.gross": (Spec("laptop", _T14, ("conflict",)), Spec("tablet", "", ("notes",))),
    "nora.bergstrom": (Spec("laptop", _SURFACE, ("error", "certificate_5_days")), Spec("phone", "iPhone 15")),
    "elif.kaya": (),
    "victor.lindholm": (Spec("laptop", _LATITUDE, ("stale_40_days", "unknown")),),
    "kiosk.lyon.2": tuple(
        Spec("kiosk", "UTC-315" if number % 4 == 3 else "TC58", troubles, name=f"KIOSK-LYO2-{number:02d}")
        for number, troubles in enumerate(_KIOSK_TROUBLES, 1)
    ),
    "oskar.nygard": (),
    "friedrich.maier": (Spec("laptop", _LATITUDE, ("config_manager",)),),
    "lotte.lindqvist": (Spec("laptop", _T14, ("never_synced",)),),
    "rui.almeida": (Spec("laptop", _T14, ("grace_ends_today", "full_disk")), Spec("phone", "iPhone 15")),
    "ronan.keane": (Spec("laptop", "MacBook Air", ("threat_medium",), enrolled_by="ingrid.vogel"),),
    "selma.yildiz": (Spec("laptop", _SURFACE, ("threat_secured",)), Spec("phone", "Pixel 8a", ("misconfigured",))),
}
"""By the local part of the user's name: what each of the known people has; an empty tuple is nobody's device."""
