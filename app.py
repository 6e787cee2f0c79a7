"""Entry point of Grad-CAM Explorer: page configuration and navigation, and the server's own way in.

`streamlit run app.py` imports this file once, as the server, and runs it for every page.
"""

from pathlib import Path

import streamlit as st

if __name__ == "__main__":
    from components.serving.login import can_leave, let_in, log_out
    from components.serving.traffic import page as run_of_the_page

    PARTS = Path(__file__).parent / "components"

    st.set_page_config(
        page_title="Grad-CAM Explorer",
        page_icon=str(PARTS / "icon.svg"),  # a file: Material icons load from the internet
        layout="wide",
        initial_sidebar_state=256,
    )
    st.logo(str(PARTS / "logo.svg"), size="large", icon_image=str(PARTS / "icon.svg"))
    st.html(PARTS / "style.css")
    if let_in():
        from components.evaluate.page import evaluate
        from components.explore import explore
        from components.learn.page import learn

        pages = [
            st.Page(explore, title="Explore", icon=":material/search:", default=True),
            st.Page(learn, title="Learn", icon=":material/school:"),
            st.Page(evaluate, title="Evaluate", icon=":material/analytics:"),
        ]
        if can_leave():
            pages.append(st.Page(log_out, title="Log out", icon=":material/logout:"))
        page = st.navigation(pages, position="top")
        with run_of_the_page():
            page.run()
else:
    from components.camera import route as camera
    from components.evaluate import route as photos
    from components.limits import limits_or_exit
    from components.serving.front import served
    from gradcam.decoding import limit_pixels

    limit_pixels(limits_or_exit().pixels)
    # So Streamlit knows that this file is a server.
    app = st.App(__file__, routes=[camera.route, photos.route])
    app = served(app)
