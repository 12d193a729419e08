"""Pictures of the report for the pages: `python -m docs.report_images HOME`.

Belongs here: which pages are shown, and their size. Keep out: making the home (`quanshu demo --home
HOME --people 2000` does), the report itself. It needs Debian's `chromium` at /usr/bin/chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from storage.layout import Layout

CHROMIUM = "/usr/bin/chromium"
IMAGES = Path(__file__).parent / "images"
SIZE = (1280, 960)
SHOWN = {
    "today": "index.html",
    "resource": "resources/market_supervision/enterprise/index.html",
    "delivery": "resources/market_supervision/enterprise/deliveries/000001-*.html",
    "certificate": "certificates/health-*.html",
}
"""Picture → its page, by the only or first name that fits."""


def main(home: Path) -> None:
    """Take the pictures from the report of a home."""
    reports = Layout(home.resolve()).reports
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        for name, pattern in SHOWN.items():
            page.goto(f"{min(reports.glob(pattern)).as_uri()}#zh")
            page.screenshot(path=IMAGES / f"report-{name}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
