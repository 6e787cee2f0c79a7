"""The Keras backend. Importing this package alone loads neither TensorFlow nor Keras."""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress


def before_tensorflow() -> None:
    """Import triton, if it is installed and TensorFlow is not loaded yet (about 0.1 s).

    torchvision imports torch's compiler, which imports triton. Both triton and TensorFlow carry a
    copy of LLVM, and loading triton's after TensorFlow's kills the process; the other order is
    safe.
    """
    if "tensorflow" not in sys.modules:
        with suppress(ImportError):
            importlib.import_module("triton")
