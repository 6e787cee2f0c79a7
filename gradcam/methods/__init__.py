"""The CAM methods, listed in the table METHODS."""

from gradcam.methods.table import METHODS, Method, find_method, method_key

__all__ = ["METHODS", "Method", "find_method", "method_key"]
