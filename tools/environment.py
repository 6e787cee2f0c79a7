"""Make the virtual environment, or say why this Python cannot."""

import sys
import venv

if sys.version_info < (3, 11):  # noqa: UP036 - this file runs on whatever Python is there
    sys.exit(
        f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed. "
        "Run again as `make PYTHON=python3.12 …`."
    )
venv.create(sys.argv[1], with_pip=True)
