"""What incidents are about: one topic per category and subcategory, with sentences to fill in."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.demo.seed.organisation import HIDDEN_GROUP


@dataclass(frozen=True)
class Topic:
    """One subject of incidents.

    Attributes:
        category: Stored value of the category.
        subcategory: Stored value of the subcategory; may be empty.
        group: The support group that ends up with it.
        weight: How often it comes, relative to the others.
        shorts: Short descriptions, with slots in braces.
        details: What the caller adds.
        solutions: Resolution notes.
        recurring: Whether it tends to come back for the same person.
    """

    category: str
    subcategory: str
    group: str
    weight: int
    shorts: tuple[str, ...]
    details: tuple[str, ...]
    solutions: tuple[str, ...]
    recurring: bool = False


TOPICS: tuple[Topic, ...] = (
    Topic(
        "network",
        "vpn",
        "Network",
        11,
        (
            "VPN disconnects {often}",
            "VPN connects but {web} does not open",
            "VPN sign-in fails with error {error}",
            "Cannot connect to VPN from home {when}",
        ),
        (
            "The tunnel drops {often}; I have to sign in again each time.",
            "It works over my phone's hotspot, but not over my router at home.",
            "The client stays at 98 % and then shows error {error}.",
        ),
        (
            "Client updated to the current version, profile created anew. Stable for a day.",
            "MTU lowered to 1350 on the adapter; the provider fragments larger packets.",
            "Certificate had expired; renewed and tested with the caller.",
        ),
        recurring=True,
    ),
    Topic(
        "network",
        "wireless",
        "Network",
        8,
        (
            "Wi-Fi very slow in meeting room {room}",
            "Wi-Fi drops {often} on floor {floor}",
            "Laptop does not find the office Wi-Fi {when}",
            "Guest Wi-Fi code does not work for {colleague}",
        ),
        (
            "Other people in {room} have the same problem; by cable it is fine.",
            "Signal shows full strength, but pages take minutes to load.",
        ),
        (
            "Access point on floor {floor} restarted and moved to another channel.",
            "Wireless driver updated; the old one roamed badly between access points.",
        ),
        recurring=True,
    ),
    Topic(
        "network",
        "dns",
        "Network",
        3,
        ("{web} cannot be found {when}", "Server name is not resolved in the {room} lab"),
        ("The browser says the address does not exist. {colleague} can open it.",),
        ("Stale DNS record removed, client cache flushed.",),
    ),
    Topic(
        "network",
        "dhcp",
        "Field Services",
        2,
        ("No IP address at the desk on floor {floor}", "Network socket {count} in room {room} is dead"),
        ("The cable works at the desk next to mine.",),
        ("Socket patched to the right VLAN.", "Scope was full; range extended."),
    ),
    Topic(
        "software",
        "email",
        "Collaboration",
        10,
        (
            "Outlook asks for the password {often}",
            "Outlook search finds nothing older than {count} weeks",
            "Shared mailbox is missing {when}",
            "Mails stay in the outbox {when}",
            "Calendar of {colleague} shows no details",
        ),
        (
            "In the browser everything is fine, only Outlook on the {model} has this.",
            "I get error {error} when I press Send/Receive.",
        ),
        (
            "Outlook profile created anew and the index rebuilt.",
            "Permission on the shared mailbox was lost in the migration; granted again.",
        ),
        recurring=True,
    ),
    Topic(
        "software",
        "office",
        "Software",
        8,
        (
            "{app} closes by itself when opening {file}",
            "{app} cannot be activated, error {error}",
            "{app} is very slow {when}",
            'Excel shows "=HYPERLINK" as text instead of a link',
            "Macro in {file} is blocked",
        ),
        (
            "The file is on {share}. A copy on the desktop opens without trouble.",
            "I have restarted twice already. It happens {often}.",
        ),
        (
            "Add-in disabled that crashed at start; vendor informed.",
            "Office repaired online, licence signed in again.",
            "File was damaged; restored yesterday's version.",
        ),
        recurring=True,
    ),
    Topic(
        "software",
        "os",
        "Workplace Windows",
        7,
        (
            "Windows update fails with {error}",
            "{model} takes {count}0 minutes to start",
            "Blue screen {often} on {model}",
            "Drive {share} is missing after sign-in",
        ),
        ("It began {when}; nothing was installed by me.", "The screen shows the code {error} for a second."),
        (
            "Update cache emptied and the update installed by hand.",
            "Graphics driver rolled back to the version of the image.",
        ),
        recurring=True,
    ),
    Topic(
        "software",
        "browser",
        "Software",
        4,
        ("{web} shows a blank page <loading…>", "Browser forgets passwords {when}", "Download from {web} is blocked"),
        ("In a private window it works.",),
        ("Cache and site data removed.", "Policy exception was missing; added."),
    ),
    Topic(
        "hardware",
        "docking",
        "Hardware",
        6,
        (
            "Docking station does not charge the {model}",
            "{monitor} stays black at the dock {when}",
            "USB devices disconnect from the dock {often}",
        ),
        ("When I plug the cable in again it works for an hour.",),
        ("Dock firmware updated.", "Dock replaced; the old one goes back to the vendor."),
        recurring=True,
    ),
    Topic(
        "hardware",
        "monitor",
        "Hardware",
        4,
        ("{monitor} flickers", "No picture in room {room}", "Stripes on {monitor} {when}"),
        ("I changed the cable already.",),
        ("Screen replaced.", "Cable replaced, resolution set to the panel's own."),
    ),
    Topic(
        "hardware",
        "printer",
        "Printing",
        8,
        (
            "{printer} prints blank pages",
            "Cannot print to {printer} {when}",
            "Paper jam in {printer} on floor {floor}",
            "Scan to e-mail fails at {printer}",
        ),
        ("{colleague} cannot print either.", "The queue shows {count} documents that never come out."),
        ("Queue emptied, driver assigned again.", "Fuser unit replaced by the vendor's technician."),
        recurring=True,
    ),
    Topic(
        "hardware",
        "keyboard",
        "Hardware",
        3,
        ("Keys stick on the {model}", "Keyboard layout changes by itself {often}"),
        ("The keys E and N need several presses.",),
        ("Keyboard replaced.", "Second language removed from the profile."),
    ),
    Topic(
        "hardware",
        "disk",
        "Hardware",
        3,
        ("Disk full on {model}", "{model} makes clicking noises {when}"),
        ("Only {count} MB are left and I cannot save {file}.",),
        ("Old profiles and update files removed.", "SSD replaced, data restored from backup."),
    ),
    Topic(
        "hardware",
        "",
        "Telephony",
        4,
        (
            "No sound on the {phone}",
            "{phone} does not ring {when}",
            "Battery of the {phone} is empty after {count} hours",
        ),
        ("I hear the other side, but they do not hear me.",),
        ("Headset profile set as standard device.", "Device exchanged."),
    ),
    Topic(
        "database",
        "sql server",
        "Database",
        3,
        ("Timeout when opening reports from {db}", "Login failed for {db} {when}"),
        ("The nightly report ended with error {error}.",),
        ("Missing index created; the report runs in seconds again.", "Login mapped again after the restore."),
    ),
    Topic(
        "database",
        "oracle",
        "Database",
        2,
        ("{db} is not reachable {when}", "ORA-00060 deadlock {often} in {db}"),
        ("It stops the line: {colleague} cannot book parts.",),
        ("Listener restarted, log partition enlarged.",),
    ),
    Topic(
        "inquiry",
        "internal application",
        "ERP Support",
        8,
        (
            "Order cannot be released in the ERP, message {error}",
            "Invoice shows the wrong tax rate",
            "ERP session ends {often}",
            "Supplier is blocked in the ERP for no reason",
        ),
        ("It concerns {count} orders that should leave the house today.",),
        ("Authorisation profile corrected.", "Master data corrected by the key user."),
        recurring=True,
    ),
    Topic(
        "inquiry",
        "",
        "Identity and Access",
        12,
        (
            "Account locked {when}",
            "Password expired and cannot be changed from home",
            "Authenticator app lost with the old phone",
            "No access to {share} {when}",
            "Sign-in to {web} fails with {error}",
        ),
        ("I need it for a deadline today.", "The approval of my manager is attached."),
        (
            "Account unlocked; an old phone still sent the former password.",
            "Multi-factor method registered anew after identity check.",
            "Added to the group; takes effect at the next sign-in.",
        ),
        recurring=True,
    ),
    Topic(
        "inquiry",
        "email",
        "Collaboration",
        3,
        ("Distribution list for {colleague} needed", "How do I recall a mail sent to {count}00 people?"),
        ("No hurry.",),
        ("Explained by phone and how-to sent.", "List created."),
    ),
    Topic(
        "inquiry",
        "",
        "Service Desk",
        4,
        ("Question about the new {phone}", "Where do I order a {model}?", "Quick question ✔ about {web}"),
        ("Please call me back after two o'clock.",),
        ("Answered by phone.", "Link to the catalogue sent."),
    ),
)
"""Everything that is not confidential."""

SECURITY_TOPIC = Topic(
    "inquiry",
    "antivirus",
    HIDDEN_GROUP,
    0,
    (
        "Phishing mail pretending to be {colleague}",
        "Virus scanner found something in {file}",
        "Password entered on a false sign-in page",
        "{model} lost on the train",
        "Unknown sign-in from abroad, code {error}",
    ),
    ("I clicked the link before I noticed.", "The mail asked me to open {file}."),
    ("Sessions revoked, password changed, device scanned.", "Device wiped remotely; no data left it."),
)
"""What only the Security Incident Response group and administrators may read."""
