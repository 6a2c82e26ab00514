"""Find a Chromium for the browser tests, or bring one, or say how to install it."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ON_MACOS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_HOW = (
    "The browser tests need Chromium and none could be brought. Install it: 'apt install chromium' "
    "(Debian, Ubuntu), 'brew install --cask chromium' (macOS), or '{python} -m playwright install "
    "--with-deps chromium'."
)


@functools.cache
def chromium_path() -> str:
    """The path of a Chromium: the system's, else apt's where that is allowed, else Playwright's.

    Raises `RuntimeError`, with what to do, where none can be had.
    """
    for bring in (_installed, _from_apt, _from_playwright):
        if found := bring():
            return found
    raise RuntimeError(_HOW.format(python=sys.executable))


def _installed() -> str | None:
    on_path = next(filter(None, map(shutil.which, _NAMES)), None)
    return on_path or next((str(path) for path in _ON_MACOS if path.exists()), None)


def _from_apt() -> str | None:
    apt = shutil.which("apt-get")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = [] if root else ["sudo", "--non-interactive"]
    if not apt or not (root or shutil.which("sudo")):
        return None
    _quietly([*sudo, apt, "update"])
    _quietly([*sudo, apt, "install", "--yes", "--no-install-recommends", "chromium"])
    return _installed()


def _from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    _quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _quietly(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, timeout=600, check=False)
