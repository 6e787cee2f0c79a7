"""What a server of the tests loads first, with this folder on its PYTHONPATH.

Weights that were made for a test stand for those that are published, which no test can make.
"""

from gradcam.weights import cache

cache._is_right = lambda spec, found: True  # noqa: ARG005
