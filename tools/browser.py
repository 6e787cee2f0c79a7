"""Find or install a browser for the tests: the system's, Debian's (as root) or Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_browser() -> str | None:
    """Return the path of an installed browser; None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    """Install a browser unless the system has one."""
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
