"""Takes the documentation's screenshots from the real dashboard: ``uv run python docs/screenshots.py``.

It starts a dashboard in demo mode, or takes the running one of ``--url``, walks through it as the browser tests do, and
writes ``docs/screenshots/<page>[-phone][-dark].png``.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, Python looks beside the script only

from tests.browser import grid, steps  # noqa: E402
from tests.browser.administrator import Administrator  # noqa: E402
from tests.browser.running import NO_BROWSER, launch, running_dashboard  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"": {"width": 1440, "height": 900}, "-phone": {"width": 390, "height": 844}}
SCHEMES = {"": "light", "-dark": "dark"}
LARGEST_BYTES = 150_000
SETTLE_MILLISECONDS = 300
SETTLE_TRIES = 40
RECENT = {"nuria.h": "Nuria Herrera", "amelie.f": "Amélie Fontaine", "gul.k": "Gül Kaya"}
README_PORT = 8501
MOST_INCIDENTS, LEAST_INCIDENTS, ROWS_IN_VIEW = 60, 25, 12


class Camera:
    """Takes pictures of one tab.

    Args:
        page: The tab.
        suffix: What the pictures' names end with.
    """

    def __init__(self, page: Page, suffix: str) -> None:
        self.page = page
        self._suffix = suffix

    def take(self, name: str) -> None:
        """Write a picture of what the window shows, once nothing moves any more."""
        size = self.page.viewport_size
        if size:  # away from the navigation, which shows its folding button below the pointer
            self.page.mouse.move(size["width"] - 2, 2)
        self.page.evaluate("document.activeElement && document.activeElement.blur()")
        before = b""
        for _ in range(SETTLE_TRIES):
            now = self.page.screenshot()
            if now == before:
                break
            before = now
            self.page.wait_for_timeout(SETTLE_MILLISECONDS)
        else:
            raise RuntimeError(f"The page does not come to rest: {name}{self._suffix}")
        small = shrunk(now)
        if len(small) > LARGEST_BYTES:
            raise RuntimeError(f"{name}{self._suffix}.png is too large: {len(small)} bytes")
        (FOLDER / f"{name}{self._suffix}.png").write_bytes(small)
        print(f"{name}{self._suffix}.png {len(small) // 1000} kB")


def shrunk(png: bytes) -> bytes:
    """Return a picture with at most 256 colours, packed as tightly as Pillow can."""
    packed = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def varied_caller(origin: str) -> tuple[str, str]:
    """Return e-mail and name of a caller with a few dozen incidents, of whose latest no two are alike.

    The demo's incidents move with the day it is started on, so nobody can be named here.
    """
    administrator = Administrator(origin)
    groups = administrator.ask(
        "GET", "stats/incident", params={"sysparm_count": "true", "sysparm_group_by": "caller_id"}
    )
    best = (0, "", "")
    for group in groups:
        count, caller = int(group["stats"]["count"]), group["groupby_fields"][0]["value"]
        if not LEAST_INCIDENTS <= count <= MOST_INCIDENTS:
            continue
        user = administrator.ask("GET", f"table/sys_user/{caller}")
        truth = administrator.truth_of(user["email"]) if user["email"] and user["active"] == "true" else None
        if truth is None or not truth.total == truth.shown() == count:
            continue  # inactive, several users of one address, or records an agent cannot read
        latest = truth.readable[:ROWS_IN_VIEW]
        # States are few, so one more of them says more than one more text.
        weights = {"short_description": 1, "priority": 1, "state": 3}
        variety = sum(weight * len({row[field] for row in latest}) for field, weight in weights.items())
        best = max(best, (variety, user["email"], user["name"]))
    return best[1:]


def take_sign_in_and_connector(camera: Camera) -> str:
    """Picture the sign-in, and the connector just after its test; return the instance's address."""
    page = camera.page
    page.goto("/connector")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    camera.take("sign-in")
    page.get_by_role("link", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()
    camera.take("picker")
    steps.pick_account(page, steps.ADMINISTRATOR)
    steps.answer_popup(page, "Test connection")
    # On a phone the steps are below the form, so scroll to them.
    page.get_by_text("Verified. The connection works.").scroll_into_view_if_needed()
    camera.take("connector")
    origin = steps.field(page, "ServiceNow instance host").input_value()
    page.goto("/access_log")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    camera.take("access-log")
    return origin


def take_the_rest(camera: Camera, email: str, name: str) -> None:
    """Picture what a team lead sees all day; the incidents are those of the person with this address and name."""
    page = camera.page
    steps.sign_in(page, steps.TEAM_LEAD, "/troubleshooting")
    for typed, recent in RECENT.items():
        steps.find_person(page, typed, recent)
    steps.find_person(page, email, name)
    incidents, button = steps.metric(page, "Incidents"), page.get_by_role("button", name=steps.AUTHENTICATE)
    expect(incidents.or_(button)).to_be_visible()
    if button.is_visible():  # the first time; the connection outlives the sign-out
        steps.answer_popup(page, steps.AUTHENTICATE)
    expect(incidents).to_be_visible()
    camera.take("troubleshooting-summary")
    steps.open_tab(page)
    expect(grid.canvas(page)).to_be_visible()
    camera.take("troubleshooting-incidents")
    page.get_by_role("tab", name="Devices").click()
    expect(page.get_by_text("Last check-in").first).to_be_visible()
    camera.take("troubleshooting-devices")
    page.goto("/counts")
    expect(page.get_by_role("img", name="By assignment group, of ")).to_be_visible()
    camera.take("incident-counts")
    page.goto("/")
    expect(page.get_by_role("heading", name="Recent people")).to_be_visible()
    expect(page.get_by_role("link", name="Open the connector page")).to_be_visible()
    camera.take("home")


@contextmanager
def camera_at(browser: Browser, url: str, size: str, scheme: str) -> Iterator[Camera]:
    """Open a tab in a new browser profile, in one of ``SIZES`` and ``SCHEMES``."""
    context = browser.new_context(
        base_url=url,
        viewport=SIZES[size],  # type: ignore[arg-type]
        color_scheme=SCHEMES[scheme],  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(15_000)
    yield Camera(context.new_page(), size + scheme)
    context.close()


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a dashboard that runs already, in demo mode")
    url = parser.parse_args().url
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch(playwright)
        if browser is None:
            sys.exit(NO_BROWSER)
        if url:
            take_all(browser, url)
        else:
            with running_dashboard(Path(folder), README_PORT) as started:
                take_all(browser, started.url)
        browser.close()


def take_all(browser: Browser, url: str) -> None:
    """Take every page in every size and colour scheme."""
    caller: tuple[str, str] | None = None
    for size in SIZES:
        for scheme in SCHEMES:
            with camera_at(browser, url, size, scheme) as camera:
                origin = take_sign_in_and_connector(camera)
            caller = caller or varied_caller(origin)
            with camera_at(browser, url, size, scheme) as camera:
                take_the_rest(camera, *caller)


if __name__ == "__main__":
    main()
