"""Public pages in a real browser on a phone: `browser_public CHROMIUM URL …`, in a process of its own. Prints JSON, for
each page: bytes with pictures and without, the document alone, and the first text on a slow line in milliseconds."""

import json
import sys
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from preau.config.bench.browser import OPTIONS
from preau.config.bench.browser_film import SLOW, TIMES


def fresh(browser: Browser) -> Page:
    """A phone that was never here, twice as dense as its points."""
    context = browser.new_context(locale="fr", viewport={"width": 360, "height": 740}, device_scale_factor=2)
    return context.new_page()


def weigh(page: Page, url: str) -> dict[str, float]:
    """What a first visit fetches, scrolled to the end so that pictures that wait are there too."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    client.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    client.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(url, wait_until="networkidle", timeout=60_000)
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(800)
    pictures = sum(size for key, size in sizes.items() if kinds.get(key) == "Image")
    whole = sum(sizes.values())
    document = sum(size for key, size in sizes.items() if kinds.get(key) == "Document")
    return {"all": whole, "bytes": whole - pictures, "document": document}


def paint(page: Page, url: str) -> float:
    """Milliseconds until the first text, on a slow line."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(url, wait_until="load", timeout=60_000)
    return float(page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))


def main() -> None:
    """Each page, each time in a fresh browser."""
    chromium, *urls = sys.argv[1:]
    found: list[dict[str, Any]] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=OPTIONS)
        for url in urls:
            times = sorted(paint(fresh(browser), url) for _ in range(TIMES))
            found.append({"url": url, **weigh(fresh(browser), url), "paint": times[TIMES // 2]})
        browser.close()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
