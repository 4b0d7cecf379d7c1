"""The rows of the access matrix about the public site: its maps, what learners say, its desk."""

from tests.policy.roles import EVERYBODY, Row

SITE = "/desk/site"

ROWS: dict[str, list[Row]] = {
    "<lang:language>/partners/": [Row("/fr/partners/", EVERYBODY)],
    "sitemap.xml": [Row("/sitemap.xml", EVERYBODY)],
    "robots.txt": [Row("/robots.txt", EVERYBODY)],
    "<lang:language>/courses/<slug:course>/voice/": [
        Row("/fr/courses/thin/voice/", "le"),
        Row("/fr/courses/thin/voice/", "le", "POST"),
        Row("/fr/courses/nowhere/voice/", ""),
    ],
    "<lang:language>/courses/<slug:course>/voice/stop/": [Row("/fr/courses/thin/voice/stop/", "le", "POST")],
    "desk/site/": [Row(f"{SITE}/", "d")],
    "desk/site/banner/": [Row(f"{SITE}/banner/", "d", "POST")],
    "desk/site/banner/down/": [Row(f"{SITE}/banner/down/", "d", "POST")],
    "desk/site/partners/": [Row(f"{SITE}/partners/", "d", "POST")],
    "desk/site/partners/<uuid:partner>/remove/": [
        Row(f"{SITE}/partners/{{partner}}/remove/", "d", "POST"),
        Row(f"{SITE}/partners/{{nothing}}/remove/", "", "POST"),
    ],
    "desk/site/voices/": [Row(f"{SITE}/voices/", "d")],
    "desk/site/voices/<uuid:voice>/": [
        Row(f"{SITE}/voices/{{voice}}/", "d", "POST"),
        Row(f"{SITE}/voices/{{nothing}}/", "", "POST"),
    ],
    "desk/site/audience/": [Row(f"{SITE}/audience/", "d")],
}
