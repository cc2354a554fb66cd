"""Text from outside is shown as text: in chips, captions, figures, buttons and the person's header."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person, read
from tests.support import connected_desk

IMAGE = "![x](http://evil.test/x.png)"
HOSTILE = [
    IMAGE,
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    ":red[big] $x^2$ :material/delete:",
    "**bold** _it_ `code` # head",
    "a\nb\u202ec",
    "https://evil.test/ www.evil.test a@evil.test",
]
LIVE = re.compile(r"(?<!\\)(!\[x|\[click|<img|:red|\$x|\*\*bold|_it_|`code)|https\\?:\\?/|www\\?\.|a\\?@")
"""The beginning of each hostile text, when nothing makes it inert; a backslash does nothing against bare addresses."""
OUR_TAGS = {"div", "span", "strong", "h2", "dl", "dt", "dd"}
OUR_ATTRIBUTES = {"class", "role", "aria-hidden"}
PHOTO = re.compile(r"data:image/(jpeg|png);base64,[A-Za-z0-9+/]+={0,2}")


class Strange(HTMLParser):
    """Collects the markup that is not ours: of images the page draws none but the person's photo, from its bytes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that is not ours."""
        given = dict(attrs)
        if tag == "img":
            photo = PHOTO.fullmatch(given.pop("src", None) or "")
            ours = photo is not None and given.pop("alt", None) == "" and set(given) == {"class"}
        else:
            ours = tag in OUR_TAGS and set(given) <= OUR_ATTRIBUTES
        if not ours:
            self.found.append(self.get_starttag_text() or tag)

    def handle_comment(self, data: str) -> None:
        """Note a comment: we write none."""
        self.found.append(data)


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x onerror=alert(1)>",
        '<img alt="" src="https://evil.test/x.png" class="">',
        '<img alt="" src="data:image/svg+xml;base64,AAAA" class="">',
        '<img alt="" src="data:image/png;base64,AAAA" class="" onload="alert(1)">',
        '<div style="background:url(//evil.test)">x</div>',
        "<div onclick=alert(1)>x</div>",
        "<script>alert(1)</script>",
        '<a href="https://evil.test/">x</a>',
        "<!-- x -->",
    ],
)
def test_strange_markup_is_seen(html: str):
    """The parser of these tests finds markup that is not ours, and accepts text and the photo."""
    assert Strange(html).found
    ours = '<h2 class="a"><img alt="" src="data:image/png;base64,AAAA" class="sn-photo">&lt;img src=x&gt;</h2>'
    assert Strange(ours).found == []


def markdown_of(screen: Screen) -> list[str]:
    """Return what the page gives to elements that read markdown: bodies, titles, labels and help."""
    found = []
    for node in [*screen.elements, *screen.at.sidebar]:
        proto = getattr(node, "proto", None)
        if proto is None or node.type in {"html", "bidi_component", "arrow_data_frame", "dataframe"}:
            continue
        found += [str(getattr(proto, name, "")) for name in ("body", "label", "help", "title", "options")]
    return found


@pytest.fixture
def storage(fresh_demo: Running):
    """The database of a demo instance of one's own."""
    return fresh_demo.instance.storage


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_and_group_labels(fresh_demo: Running, serve: Callable[..., Services], storage, hostile: str):
    """A hostile group name, state label, caller name and display name show letter for letter and do nothing."""
    someone = cast.busiest(fresh_demo)
    group = cast.incidents_of(fresh_demo, someone)[0]["assignment_group"]
    storage.execute("UPDATE sys_user_group SET name = ? WHERE sys_id = ?", (hostile, group))
    storage.execute(
        "UPDATE sys_choice SET label = ? WHERE name = 'incident' AND element = 'state' AND value = '7'", (hostile,)
    )
    storage.execute("UPDATE sys_user SET name = ? WHERE sys_id = ?", (hostile, someone["service_now_user"]))
    storage.execute("UPDATE entra_user SET displayName = ? WHERE id = ?", (hostile, someone["id"]))
    storage.execute(
        "UPDATE incident SET short_description = ? WHERE caller_id = ?", (hostile, someone["service_now_user"])
    )
    agent = connected_desk(serve(fresh_demo), "team-lead").agent
    screens = [
        open_person(agent, someone),
        open_incidents(agent, someone, filters=f'{{"assignment_group":["{group}"],"state":["7"]}}'),
        Screen(agent, "counts"),
        Screen(agent),
    ]
    for screen in screens:
        for text in markdown_of(screen):
            assert not LIVE.search(text), text
        for node in screen.at.main.html:
            ours = {f'<a href="{fresh_demo.origin}" target="_blank" rel="noopener">'}  # of the demo bar
            assert set(Strange(node.value).found) <= ours
    if "\n" not in hostile:
        assert any(read(chip).endswith(hostile) for chip in screens[1].chips())
        assert hostile in screens[0].text


def test_a_hostile_number(fresh_demo: Running, serve: Callable[..., Services], storage):
    """A malformed number is text like any other, and cannot change the link's target."""
    someone = cast.busiest(fresh_demo)
    storage.execute(
        "UPDATE incident SET number = ? WHERE caller_id = ?",
        ("https://evil.test/#INC1", someone["service_now_user"]),
    )
    screen = open_incidents(connected_desk(serve(fresh_demo), "helpdesk-agent").agent, someone)
    assert set(screen.grid["number"]) == {"https://evil.test/#INC1"}
    for link in screen.grid["link"]:
        assert link.startswith(f"{fresh_demo.origin}/nav_to.do?")
        assert "evil" not in link


def test_formulas_and_control_characters(fresh_demo: Running, serve: Callable[..., Services], storage):
    """Direction and control characters are gone from the cells; the other letters stay."""
    someone = cast.busiest(fresh_demo)
    storage.execute(
        "UPDATE incident SET short_description = ? WHERE caller_id = ?",
        ("=cmd|' /C calc'!A0 \u202egpj.exe\u0007", someone["service_now_user"]),
    )
    screen = open_incidents(connected_desk(serve(fresh_demo), "helpdesk-agent").agent, someone)
    (text,) = set(screen.grid["short_description"])
    assert "\u202e" not in text
    assert "\u0007" not in text
    assert "calc" in text


def test_the_agents_own_name(services: Services):
    """A hostile name of the agent's own account stays text on Home and in the sidebar."""
    _, agent = services.sessions.start(
        issuer="i", tenant_id="t", object_id="o", name=f"{IMAGE}<img src=x>", username="<b>", roles=["Helpdesk.Lead"]
    )
    screen = Screen(agent)
    assert not any(LIVE.search(text) for text in markdown_of(screen))
    for node in [*screen.at.main.html, *screen.at.sidebar.html]:
        assert "<img" not in node.value
        assert "<b>" not in node.value
