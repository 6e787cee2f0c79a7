"""Get a browser for the tests: the system's, else Debian's as root, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_browser() -> str | None:
    """The path of a browser that is installed already."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    """Install one unless there is one."""
    if system_browser() or (_is_debian_root() and _apt()):
        return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def _is_debian_root() -> bool:
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def _apt() -> bool:
    update = subprocess.run(["apt-get", "update", "-q"])
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
    return update.returncode == 0 and subprocess.run(install).returncode == 0


if __name__ == "__main__":
    main()
