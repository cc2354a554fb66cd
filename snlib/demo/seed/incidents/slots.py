"""What stands in the gaps of an incident's texts."""

from __future__ import annotations

SLOTS: dict[str, tuple[str, ...]] = {
    "app": (
        "Excel",
        "Word",
        "Outlook",
        "Teams",
        "SAP GUI",
        "Acrobat",
        "AutoCAD",
        "Visio",
        "Power BI",
        "the CRM client",
    ),
    "web": ("the intranet", "the travel portal", "the supplier portal", "the timesheet site", "SharePoint", "the wiki"),
    "model": ("ThinkPad T14", "Latitude 5440", "EliteBook 840", "Surface Laptop 6", "MacBook Air", "Precision 3581"),
    "printer": ("PRN-{floor}01", "PRN-{floor}02", "the label printer", "the colour copier", "the plotter"),
    "floor": ("1", "2", "3", "4", "5"),
    "room": ("Aurora", "Borealis", "Kepler", "Curie", "Lovelace", "Turing", "Noether", "Darwin"),
    "error": ("0x80070005", "0x8024402C", "0xC0000142", "AADSTS50058", "AADSTS53003", "1603", "691", "0x800CCC0E"),
    "when": ("since this morning", "since yesterday", "after the weekend", "since the last update", "for two days"),
    "often": ("every day", "twice an hour", "every few minutes", "after each lunch break", "after each restart"),
    "file": ("Q3 forecast.xlsx", "price list.xlsx", "assembly drawing.dwg", "contract draft.docx", "team photo.pptx"),
    "share": ("\\\\files01\\sales", "\\\\files01\\projects", "\\\\files02\\finance", "the archive drive", "drive S:"),
    "db": ("the orders database", "the quality database", "the payroll database", "DWH01", "the test database"),
    "phone": ("desk phone", "company mobile", "headset", "softphone"),
    "colleague": ("a colleague", "my manager", "a new starter", "a customer", "the night shift"),
    "count": ("2", "3", "4", "6", "10"),
    "monitor": ("the left monitor", "the right monitor", "the 27-inch screen", "the conference screen"),
}
"""What each slot may say."""


def fill_slots(template: str, choose: dict[str, str]) -> str:
    """Return a template with its slots filled from ``choose``, beginning with a capital letter."""
    text = template
    while "{" in text:
        before, _, rest = text.partition("{")
        name, _, after = rest.partition("}")
        text = f"{before}{choose[name]}{after}"
    return text[:1].upper() + text[1:]
