"""The ASGI application that ``streamlit run app.py`` finds and serves: our routes and middleware around the pages.

Configuration faults are reported here, before anything listens, with exit code 78. Little is imported here: the rest
comes while the page to sign in is served already.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from pathlib import Path

import streamlit as st
from streamlit import config
from streamlit.config_option import ConfigOption

from snlib import logs
from snlib.errors import ConfigurationError
from snlib.helpdesk import runtime
from snlib.ui import faults
from snlib.web import startup
from snlib.web.edge.security_headers import content_security_policy
from snlib.web.lifespan import lifespan
from snlib.web.routes import middleware, routes
from snlib.web.site import Site

ROOT = Path(__file__).resolve().parent
UI = ROOT / "snlib" / "ui"

# What the pages and our routes need, imported once the server listens.
WARM = (
    *("pandas", "pyarrow", "streamlit.elements.arrow", "snlib.web.handlers", "snlib.ui.shell"),
    *(module.name for module in pkgutil.iter_modules([str(UI / "admin")], "snlib.ui.admin.")),
    *(module.name for module in pkgutil.iter_modules([str(UI / "person")], "snlib.ui.person.")),
)

logs.configure(level=str(st.get_option("logger.level") or "info"))

try:
    plan = startup.decide(
        st.get_option,
        os.environ,
        ROOT / ".streamlit" / "secrets.toml",
        # Streamlit sets the option itself where it went on from a port that is taken.
        port_was_taken=config.get_where_defined("server.port") == ConfigOption.STREAMLIT_DEFINITION,
    )
except ConfigurationError as error:
    sys.stderr.write("The dashboard does not start. " + "\n".join(error.problems) + "\n")
    sys.exit(startup.EXIT_CODE)

runtime.expect(plan.settings)
site = Site(
    plan,
    runtime.services,
    content_security_policy=content_security_policy(Path(st.__file__).parent / "static" / "index.html"),
)

app = st.App(
    "snlib/ui/main.py",
    routes=routes(site, icon=UI / "assets" / "icon.png"),
    middleware=middleware(site),
    lifespan=lifespan(site, warm=WARM),
    on_script_error=faults.unforeseen,
)
