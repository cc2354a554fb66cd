"""Form fields and buttons of the demo instance's pages: each with its label, its hint and its fault."""

from __future__ import annotations

from typing import Literal

from snlib.demo.core.html import Html, element, join


def text_field(
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    fault: str = "",
    kind: Literal["text", "password", "url"] = "text",
    required: bool = False,
    read_only: bool = False,
    autocomplete: str = "off",
) -> Html:
    """Return a labelled input; ``fault`` is tied to it for screen readers."""
    described_by = " ".join(f"{name}_{part}" for part, text in (("hint", hint), ("fault", fault)) if text)
    return element(
        "div",
        element("label", label, for_=name),
        element(
            "input",
            type="text" if kind == "url" else kind,
            inputmode="url" if kind == "url" else None,
            id=name,
            name=name,
            value=value,
            required=required,
            readonly=read_only,
            autocomplete=autocomplete,
            spellcheck="false",
            aria_invalid="true" if fault else None,
            aria_describedby=described_by or None,
        ),
        _notes(name, hint, fault),
        class_="field",
    )


def text_area(name: str, label: str, value: str = "", *, hint: str = "", fault: str = "", rows: int = 3) -> Html:
    """Return a labelled field of several lines."""
    return element(
        "div",
        element("label", label, for_=name),
        element("textarea", value, id=name, name=name, rows=rows, spellcheck="false"),
        _notes(name, hint, fault),
        class_="field full",
    )


def choice_field(name: str, label: str, value: str, options: tuple[str, ...], *, fault: str = "") -> Html:
    """Return a labelled drop-down; a value that is not among ``options`` stays choosable."""
    shown = options if value in options or not value else (value, *options)
    return element(
        "div",
        element("label", label, for_=name),
        element(
            "select",
            *(element("option", option, value=option, selected=option == value) for option in shown),
            id=name,
            name=name,
        ),
        _notes(name, "", fault),
        class_="field",
    )


def tick_box(name: str, label: str, ticked: bool, *, hint: str = "") -> Html:
    """Return a labelled tick box that sends ``true`` when ticked and nothing otherwise."""
    box = element("input", type="checkbox", id=name, name=name, value="true", checked=ticked)
    line = element("div", box, element("label", label, for_=name), class_="tick")
    return element("div", line, _notes(name, hint, ""), class_="field")


def shown_value(label: str, value: Html | str, *, full: bool = False) -> Html:
    """Return a labelled value that cannot be changed here."""
    body = join(element("div", label, class_="label"), element("div", value, class_="value"))
    return element("div", body, class_="field full" if full else "field")


def hidden(name: str, value: str) -> Html:
    """Return a hidden field."""
    return element("input", type="hidden", name=name, value=value)


def button(label: str, *, name: str = "", value: str = "", kind: Literal["", "second", "danger", "plain"] = "") -> Html:
    """Return a submit button; its accessible name is ``label``."""
    return element("button", label, type="submit", name=name or None, value=value or None, class_=kind or None)


def form(action: str, csrf_token: str, *children: Html) -> Html:
    """Return a form that is posted, with the session's CSRF token as ``sysparm_ck``."""
    return element("form", hidden("sysparm_ck", csrf_token), *children, method="post", action=action)


def _notes(name: str, hint: str, fault: str) -> Html:
    return join(
        element("p", hint, class_="hint", id=f"{name}_hint") if hint else None,
        element("p", fault, class_="fault", id=f"{name}_fault") if fault else None,
    )
