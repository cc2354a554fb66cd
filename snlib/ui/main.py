"""The script Streamlit runs for every session; app.py names it.

It lies here, not beside pages/, because a folder of that name next to the main script lets a first deep link run a page
before this script ever ran.
"""

from __future__ import annotations

import streamlit as st

if st.user.get("session"):
    from snlib.ui import shell

    shell.run()
else:
    from snlib.ui import entrance

    entrance.configure()
    entrance.show()
