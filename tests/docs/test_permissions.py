"""docs/permissions.md: roles, the matrix, and what each page asks for."""

from __future__ import annotations

import re

from snlib import access
from snlib.access import GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR, Permission, decide
from snlib.demo.seed.cast import MEMBER_WID
from snlib.permissions import ROLES
from tests.docs.reading import ROOT, codes, section, table, text_of
from tests.stores import make_agent

PAGE = "docs/permissions.md"


def documented_roles() -> dict[str, tuple[str, str]]:
    """Claim and value of each role, as the page has them."""
    return {row[0]: (codes(row[1])[0], codes(row[2])[0]) for row in table(PAGE, "Roles")}


def test_every_role_is_documented():
    """App roles and directory roles of the code are those of the page, with claim and value."""
    roles = documented_roles()
    assert {value for claim, value in roles.values() if claim == "roles"} == set(ROLES)
    assert {value for claim, value in roles.values() if claim == "wids"} == {GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR}
    assert roles["Intune Administrator"][1] == access.INTUNE_ADMINISTRATOR
    assert roles["Global Administrator"][1] == access.GLOBAL_ADMINISTRATOR
    assert MEMBER_WID in section(text_of(PAGE), "Roles")


def test_the_matrix_is_what_is_decided():
    """Each yes and no of the page is the decision for an agent with that role alone."""
    roles = documented_roles()
    head = next(line for line in text_of(PAGE).splitlines() if line.startswith("| permission | Helpdesk"))
    names = [cell.strip() for cell in head.strip("|").split("|")][1:]
    assert set(names) == roles.keys()
    rows = {codes(row[0])[0]: row[1:] for row in table(PAGE, "Who may do what")}
    assert rows.keys() == {str(permission) for permission in Permission}
    for permission, cells in rows.items():
        for name, cell in zip(names, cells, strict=True):
            claim, value = roles[name]
            agent = make_agent(**{claim: frozenset({value})})
            assert cell == ("yes" if decide(agent, permission).allowed else "no"), (permission, name)


def test_what_a_page_asks_for_is_documented():
    """The permission that each page asks for first is listed with the page's title."""
    opened = {codes(row[0])[0] if codes(row[0]) else "": row[1] for row in table(PAGE, "What each permission opens")}
    for path in sorted((ROOT / "pages").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        asked = re.search(r'^desk = guard\.require\((?:"([a-z.]+)")?\)$', source, re.MULTILINE)
        title = re.search(r'st\.title\("([^"]+)"', source)
        assert asked, path
        assert title, path
        assert title[1] in opened[asked[1] or ""], path


def test_permissions_without_use_are_named_as_such():
    """The permissions that the page keeps for later are exactly those that no code outside snlib/access uses."""
    code = [
        path
        for folder in ("pages", "snlib")
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != "access" and path.name != "permissions.py"
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in code)
    unused = {str(permission) for permission in Permission if f'"{permission}"' not in source}
    paragraph = next(part for part in section(text_of(PAGE), "Who may do what").split("\n\n") if "for later" in part)
    assert set(codes(paragraph)) == unused
    assert set(re.findall(r'(?:require|may)\("([a-z.]+)"', source)) <= {str(permission) for permission in Permission}
