"""A page with only the viewer, showing maps that a test can compute too."""

from __future__ import annotations

import streamlit as st

from components.viewer import viewer
from tests.browser.viewer_rows import ROWS

st.set_page_config(layout="wide")
viewer(ROWS[st.query_params.get("rows", "windows")], key="viewer", on={})
st.button("Run again")
