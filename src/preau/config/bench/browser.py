"""A unit's page in a real browser: `browser CHROMIUM URL NEXT COOKIE`, in a process of its own, which alone needs
Playwright. Prints JSON: bytes over the wire, requests."""

import json
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync"]


def visit(page: Page, url: str) -> dict[str, Any]:
    """Everything that a visit fetched, as the browser's own network counters have it, headers included."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    requests: dict[str, str] = {}
    sizes: dict[str, float] = {}
    client.on("Network.requestWillBeSent", lambda e: requests.update({e["requestId"]: e["request"]["url"]}))
    client.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(url, wait_until="networkidle", timeout=60_000)
    page.wait_for_timeout(500)
    client.detach()
    paint = page.evaluate("() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || null")
    document = sum(size for key, size in sizes.items() if requests.get(key) == url)
    sent = [key for key in requests if sizes.get(key)]  # what came from the browser's own cache cost nothing
    return {"bytes": sum(sizes.values()), "requests": len(sent), "document": document, "paint_ms": paint}


def main() -> None:
    """A first visit in a fresh browser, then the unit after it."""
    chromium, url, following, cookie = sys.argv[1:]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=OPTIONS)
        context = browser.new_context(locale="fr", viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": "device", "value": cookie, "url": url}])
        page = context.new_page()
        first = visit(page, url)
        after = visit(page, following)
        browser.close()
    sys.stdout.write(json.dumps({"first": first, "next": after}))


if __name__ == "__main__":
    main()
