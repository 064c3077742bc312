"""The browser that shows the pages: Debian's Chromium."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

__all__ = ["find_chromium", "launch_chromium"]

VARIABLE = "HDWIDGET_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """Return the path of a Chromium; the environment variable goes before what is on the path."""
    path = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        message = (
            "The end-to-end tests need Chromium. Install it (`apt-get install chromium`), or name "
            f"one that is elsewhere: {VARIABLE}=/path/to/chromium."
        )
        raise FileNotFoundError(message)
    return path


def launch_chromium(playwright: Playwright) -> Browser:
    """Start a Chromium that reaches this machine only."""
    return playwright.chromium.launch(
        executable_path=find_chromium(),
        args=[
            "--disable-gpu",
            "--disable-quic",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    )
