"""The devices of the people known by name: guides and tests rely on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A device that somebody is to have.

    Attributes:
        kind: See ``device_models.Model.kind``.
        model: The model's name; empty lets the lot decide.
        troubles: Names of ``device_troubles.TROUBLES``, applied in turn.
        name: The device's name; empty for the usual one.
        twin: Whether it has the serial number of the person's device before it: enrolled anew, the old record left.
    """

    kind: str
    model: str = ""
    troubles: tuple[str, ...] = ()
    name: str = ""
    twin: bool = False


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

KNOWN_DEVICES: dict[str, tuple[Wanted, ...]] = {
    "ingrid.vogel": (Wanted("laptop", _SURFACE),),
    "hugo.lambert": (Wanted("laptop", _LATITUDE), Wanted("phone", "iPhone SE")),
    "lena.okafor": (Wanted("laptop", "MacBook Air"),),
    "arthur.blom": (),
    "mia.novak": (Wanted("laptop", _T14, ("stale_8_days",)),),
    "amelie.fontaine": (
        Wanted("laptop", _LATITUDE, ("grace", "low_disk")),
        Wanted("phone", "iPhone 15", name="Amélie's iPhone"),
        Wanted("workstation", "Precision 3680 Tower", ("stale_40_days",)),
    ),
    "siobhan.o'brien": (
        Wanted("laptop", "MacBook Pro", ("not_encrypted", "noncompliant")),
        Wanted("phone", "iPhone SE", ("jailbroken", "personal"), name="Siobhán's iPhone"),
    ),
    "anna.schmidt": (Wanted("laptop", _T14),),
    "anna.schmidt2": (Wanted("laptop", _LATITUDE, ("serial_lower_case",)), Wanted("phone", "SM-S921B")),
    "anna.schmidt3": (),
    "tomas.herrera": (
        Wanted("workstation", "ThinkStation P3", ("stale_40_days",)),
        Wanted("workstation", "ThinkStation P3", ("failed_wipe",), twin=True),
    ),
    "priya.raman": (Wanted("laptop", "MacBook Pro", ("threat_high",)), Wanted("phone", "Pixel 8a", ("compromised",))),
    "jurgen.gross": (Wanted("laptop", _T14, ("conflict",)), Wanted("tablet", "", ("notes",))),
    "nora.bergstrom": (Wanted("laptop", _SURFACE, ("error", "certificate_5_days")), Wanted("phone", "iPhone 15")),
    "elif.kaya": (),
    "victor.lindholm": (Wanted("laptop", _LATITUDE, ("stale_40_days", "unknown")),),
    "kiosk.lyon.2": tuple(
        Wanted("kiosk", "UTC-315" if number % 4 == 3 else "TC58", troubles, name=f"KIOSK-LYO2-{number:02d}")
        for number, troubles in enumerate(_KIOSK_TROUBLES, 1)
    ),
    "oskar.nygard": (),
    "friedrich.maier": (Wanted("laptop", _LATITUDE, ("config_manager",)),),
    "lotte.lindqvist": (Wanted("laptop", _T14, ("never_synced",)),),
    "rui.almeida": (Wanted("laptop", _T14, ("grace_ends_today", "full_disk")), Wanted("phone", "iPhone 15")),
    "ronan.keane": (Wanted("laptop", "MacBook Air", ("threat_medium",)),),
    "selma.yildiz": (Wanted("laptop", _SURFACE, ("threat_secured",)), Wanted("phone", "Pixel 8a", ("misconfigured",))),
}
"""By the local part of the user's name: what each of the known people has; an empty tuple is nobody's device."""
