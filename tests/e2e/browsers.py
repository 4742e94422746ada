"""Finds a Chromium: Debian's, a named one, or Playwright's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Playwright

HOW_TO_GET_ONE = (
    "No browser was found for the tests of the workbench. Install one with "
    "`apt-get install chromium-headless-shell` or `.venv/bin/playwright install chromium`, "
    "or name one in IDENTLINK_CHROMIUM."
)

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first draws the same pages without the windows of a desktop, for half the processor time."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""No sandbox: tests may run as root, and open only our own pages."""


def find_chromium(playwright: Playwright) -> str | None:
    """Return the path of a Chromium, None when there is none."""
    named = os.environ.get("IDENTLINK_CHROMIUM", "")
    own = playwright.chromium.executable_path
    found = map(shutil.which, _NAMES)
    candidates = [named, *(path for path in found if path), own]
    return next((path for path in candidates if path and Path(path).exists()), None)
