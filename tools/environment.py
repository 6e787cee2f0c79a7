"""Create the virtual environment, or say that this Python is too old."""

import sys
import venv

if sys.version_info < (3, 11):  # noqa: UP036 - any Python may run this file
    sys.exit(
        f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed. "
        "Name a newer one: `make PYTHON=python3.12 …`."
    )
venv.create(sys.argv[1], with_pip=True)
