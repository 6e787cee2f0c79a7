"""torch and TensorFlow in one process.

torchvision imports torch's compiler, which imports triton where that is installed, and loading
triton's library after TensorFlow's ends the process (both carry LLVM). The other order is safe.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress


def before_tensorflow() -> None:
    """Let triton come first, where it is installed; it takes a tenth of a second."""
    if "tensorflow" not in sys.modules:
        with suppress(ImportError):
            importlib.import_module("triton")


def before_torchvision() -> None:
    """Where somebody imported TensorFlow before us, torch goes without its compiler."""
    if "tensorflow" in sys.modules and "triton" not in sys.modules:
        sys.modules["triton"] = None  # type: ignore[assignment]
