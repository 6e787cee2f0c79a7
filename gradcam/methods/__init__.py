"""Every CAM method, and the table of them: METHODS."""

from gradcam.methods.table import METHODS, Method, find_method

__all__ = ["METHODS", "Method", "find_method"]
