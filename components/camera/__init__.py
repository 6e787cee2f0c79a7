"""The live camera: the heatmap follows what somebody holds up.

Nothing is imported here: the server takes `route` from this folder before Streamlit runs, and
components that are registered before that are lost.
"""
