"""Entry point of Grad-CAM Explorer: page configuration and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from components.explore import explore
from components.learn.page import learn

PARTS = Path(__file__).parent / "components"

st.set_page_config(
    page_title="Grad-CAM Explorer",
    page_icon=str(PARTS / "icon.svg"),  # a file, because Material icons load from the internet
    layout="wide",
    initial_sidebar_state=256,
)
st.logo(str(PARTS / "logo.svg"), size="large", icon_image=str(PARTS / "icon.svg"))
st.html(PARTS / "style.css")
page = st.navigation(
    [
        st.Page(explore, title="Explore", icon=":material/search:", default=True),
        st.Page(learn, title="Learn", icon=":material/school:"),
    ],
    position="top",
)
page.run()
