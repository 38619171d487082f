"""Make sure a Chromium is here for the browser tests: the one present, Playwright's, or Debian's; else say how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def present() -> str | None:
    """The path of a Chromium on this machine, or None. CHROMIUM in the environment wins."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).exists() else None
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((path for path in MAC if Path(path).exists()), None) or from_playwright()


def from_playwright() -> str | None:
    """The path of the Chromium Playwright has fetched, or None."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- half a second that a found Chromium saves

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def attempt(*command: str) -> bool:
    """Run a command that may fetch Chromium; its complaints are shown only if nothing works."""
    print("  trying:", " ".join(command))
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 -- fixed commands
    if done.returncode:
        print("  that failed:", (done.stderr or done.stdout).strip().splitlines()[-1:])
    return done.returncode == 0


def main() -> int:
    """0 when there is a Chromium, 1 when none can be had."""
    if present():
        return 0
    print("The browser tests need Chromium, and none is here.")
    attempt(sys.executable, "-m", "playwright", "install", "chromium")
    if not present() and shutil.which("apt-get") and os.geteuid() == 0:
        attempt("apt-get", "update", "-q") and attempt(
            "apt-get", "install", "-qy", "--no-install-recommends", "chromium"
        )
    if present():
        return 0
    print("Install Chromium, or set CHROMIUM to one:")
    print("  Debian, Ubuntu:  sudo apt-get install chromium")
    print("  macOS:           brew install --cask chromium")
    return 1


if __name__ == "__main__":
    sys.exit(main())
