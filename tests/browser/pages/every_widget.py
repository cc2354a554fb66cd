"""A Streamlit script: each text of `tests.markup` in each widget in which a page shows text from outside."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from snlib.ui import html
from snlib.ui.html import plain
from tests.markup import MARKUP

ADDRESS = "www.evil.test"
TEXTS = [plain(text) for text in MARKUP]


def shown(kind: str, draw: Callable[[str], object]) -> None:
    """Draw each text in a widget."""
    with st.container(key=f"kind-{kind}"):
        for text in TEXTS:
            draw(text)


@st.dialog(plain(ADDRESS))
def dialog() -> None:
    """Draw each text in a dialog."""
    shown("dialog", st.markdown)


st.set_page_config(page_title=ADDRESS)
shown("title", lambda text: st.title(text, anchor=False))
shown("subheader", lambda text: st.subheader(text, anchor=False))
shown("markdown", st.markdown)
shown("coloured", lambda text: st.markdown(f":red[{text}]"))
shown("our_badge", lambda text: st.markdown(f":gray-badge[{text}]"))
shown("caption", lambda text: st.caption(text))
shown("warning", lambda text: st.warning("", title=text))
shown("info", lambda text: st.info(text))
shown("error", lambda text: st.error(f"{text}\n\nReference"))
shown("metric", lambda text: st.metric(text, 1))
shown("button", lambda text: st.button(text, key=f"button{text}"))
shown("expander", lambda text: st.expander(text).caption("Inside"))
shown("popover", lambda text: st.popover(text).caption("Inside"))
shown("html", lambda text: html.draw("<p>{text}</p>", text=MARKUP[TEXTS.index(text)]))
shown("text", lambda text: st.text(MARKUP[TEXTS.index(text)]))
with st.container(key="kind-tabs"):
    st.tabs(TEXTS)
with st.container(key="kind-pills"):
    st.pills("Pills", range(len(TEXTS)), format_func=TEXTS.__getitem__)
with st.container(key="kind-segmented"):
    st.segmented_control("Segments", range(len(TEXTS)), format_func=TEXTS.__getitem__)
with st.container(key="kind-radio"):
    st.radio("Radio", range(len(TEXTS)), format_func=TEXTS.__getitem__, captions=TEXTS)
with st.container(key="kind-table"):
    st.table(pd.DataFrame({"text": TEXTS}))
with st.container(key="grid"):
    st.dataframe(pd.DataFrame({"text": MARKUP}), height=1200)
st.selectbox("Choice", MARKUP, index=MARKUP.index(ADDRESS))
with st.container(key="kind-multiselect"):
    st.multiselect("Choices", MARKUP, MARKUP)
st.button("Help", help=" ".join(TEXTS))
st.toast(" ".join(TEXTS), duration="infinite")
if st.button("Show the dialog"):
    dialog()
