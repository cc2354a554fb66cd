"""The bare page as ``streamlit run`` serves it: tuned as the dashboard is, and nothing else of it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

import tests.bench.bare_elements  # noqa: F401  (constants, made before the first visitor comes)
from snlib.web.lifespan import send_small_packets_at_once


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Do what `snlib.web.lifespan` does for speed."""
    send_small_packets_at_once()
    gc.collect()
    gc.freeze()
    yield


app = st.App("bare_page.py", lifespan=lifespan)
