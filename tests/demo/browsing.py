"""A browser without scripts for the demo instance's pages: follows links by their text, sends forms by their labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Form:
    """One form: its address and method, what its fields hold, and its buttons (label → name and value)."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Page(HTMLParser):
    """What a page holds: forms, links by their text, labels, images, texts."""

    def __init__(self, html: str = "") -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.images: list[str] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self._collected: dict[int, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values["action"], values.get("method", "get")))
        elif tag == "input" and self.forms and "name" in values:
            if values.get("type") != "checkbox" or "checked" in values:
                self.forms[-1].fields[values["name"]] = values.get("value", "")
        elif tag == "select":
            self._select = values["name"]
        elif tag == "option" and (self._select not in self.forms[-1].fields or "selected" in values):
            self.forms[-1].fields[self._select] = values["value"]
        elif tag == "img":
            self.images.append(values["src"])
        if tag not in VOID:
            self._open.append((tag, values))
            self._collected[len(self._open)] = ""

    def handle_data(self, data):
        for depth in self._collected:
            self._collected[depth] += data
        if not any(tag in {"style", "title"} for tag, _ in self._open):
            self.texts.append(data)

    def handle_endtag(self, tag):
        text = self._collected.pop(len(self._open))
        _, values = self._open.pop()
        if tag == "a":
            self.links[text] = values["href"]
        elif tag == "label":
            self.labels[text] = values["for"]
        elif tag == "textarea":
            self.forms[-1].fields[values["name"]] = text
        elif tag == "button":
            self.forms[-1].buttons[" ".join(text.split())] = (values.get("name", ""), values.get("value", ""))


class Browser:
    """One browser: cookies, the page it shows, and how to move on.

    Args:
        origin: The demo instance's origin; redirects elsewhere are not followed (see ``left_for``).
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.session = requests.Session()
        self.session.trust_env = False
        self.left_for = ""
        self.url = origin
        self.status_code = 0
        self.html = ""
        self.headers: requests.structures.CaseInsensitiveDict[str] = requests.structures.CaseInsensitiveDict()
        self.page = Page()

    def open(self, path: str) -> Browser:
        """Open an address of the instance."""
        return self._send("GET", urljoin(self.url, path), None)

    def follow(self, text: str) -> Browser:
        """Follow the link with this text."""
        return self.open(self.page.links[text])

    def press(self, label: str, /, **typed: str | None) -> Browser:
        """Send the form that has this button; ``typed`` replaces fields by name, ``None`` unticks a box."""
        form = next(form for form in self.page.forms if label in form.buttons)
        fields: dict[str, str | None] = {**form.fields, **typed}
        name, value = form.buttons[label]
        if name:
            fields[name] = value
        sent = {key: text for key, text in fields.items() if text is not None}
        return self._send("POST", urljoin(self.url, form.action), sent)

    def log_in(self, user_name: str, password: str) -> Browser:
        """Fill in the login form, opening it when it is not on the screen."""
        if not any("Log in" in form.buttons for form in self.page.forms):
            self.open("/login.do")
        return self.press("Log in", user_name=user_name, user_password=password)

    @property
    def text(self) -> str:
        """Return the page's visible text, blanks squeezed."""
        return " ".join(" ".join(self.page.texts).split())

    @property
    def path(self) -> str:
        """Return the path on the screen."""
        return urlsplit(self.url).path

    @property
    def answer(self) -> dict[str, str]:
        """Return the query parameters of the address the browser was sent away to."""
        return dict(parse_qsl(urlsplit(self.left_for).query))

    def _send(self, method: str, url: str, data: dict[str, str] | None) -> Browser:
        self.left_for = ""
        for _ in range(10):
            response = self.session.request(method, url, data=data, allow_redirects=False, timeout=10)
            if not response.is_redirect:
                break
            target = urljoin(url, response.headers["Location"])
            method, url, data = "GET", target, None
            if not target.startswith(self.origin + "/"):
                self.left_for = target
                return self
        self.url, self.status_code, self.html, self.headers = url, response.status_code, response.text, response.headers
        self.page = Page(response.text)
        return self
