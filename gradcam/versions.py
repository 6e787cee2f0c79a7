"""The versions that a manifest lists: of Python, of this package, and of what computes the maps."""

from __future__ import annotations

import platform
import sys
from functools import cache
from importlib import metadata

__version__ = "0.1.0"  # of this package
# TensorFlow is published under several names; each holds the module `tensorflow`.
_ALWAYS = (
    "numpy", "pillow", "torch", "torchvision",
    "tensorflow", "tensorflow-cpu", "tensorflow-intel", "tensorflow-macos", "tf-nightly",
    "keras",
)  # fmt: skip
# These take part only where a model comes from them.
_IF_IMPORTED = ("timm", "transformers", "jax")


def versions() -> dict[str, str]:
    """Return the versions of this package, of Python, and of what is installed beside them."""
    imported = (name for name in _IF_IMPORTED if name in sys.modules)
    found = {name: _version(name) for name in (*_ALWAYS, *imported)}
    own = {"gradcam-explorer": __version__, "python": platform.python_version()}
    return own | {name: version for name, version in found.items() if version}


@cache
def _version(package: str) -> str:
    """Return the package's version, or "" if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
