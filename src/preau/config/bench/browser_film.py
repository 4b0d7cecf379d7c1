"""A lesson with a film and one without in a real browser: `browser_film CHROMIUM WITH WITHOUT COOKIE`, in a process of
its own. Prints JSON: bytes of each, requests, and on a slow line how long until the first words of the transcript."""

import json
import sys

from playwright.sync_api import Browser, Page, sync_playwright

from preau.config.bench.browser import OPTIONS, visit

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s
TIMES = 3  # of which the median counts


def page_of(browser: Browser, cookie: str, url: str) -> Page:
    """A fresh browser of a learner, on a phone."""
    context = browser.new_context(locale="fr", viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "device", "value": cookie, "url": url}])
    return context.new_page()


def first_line(page: Page, url: str) -> float:
    """Milliseconds from asking for the page to the first words of its transcript, on a slow line."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(url, wait_until="commit", timeout=60_000)
    page.wait_for_selector(".words a", timeout=60_000)
    return float(page.evaluate("() => performance.now()"))


def main() -> None:
    """What the film costs, and how soon it can be read."""
    chromium, filmed, plain, cookie = sys.argv[1:]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=OPTIONS)
        found = {
            name: visit(page_of(browser, cookie, url), url) for name, url in (("with", filmed), ("without", plain))
        }
        times = sorted(first_line(page_of(browser, cookie, filmed), filmed) for _ in range(TIMES))
        browser.close()
    sys.stdout.write(json.dumps({**found, "first_line": times[TIMES // 2]}))


if __name__ == "__main__":
    main()
