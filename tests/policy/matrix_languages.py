"""The rows of the access matrix about a course's languages."""

from tests.policy.roles import Row

BASE = "/desk/courses/thin/translations"
ROUTE = "desk/courses/<slug:course>/translations/"

ROWS: dict[str, list[Row]] = {
    ROUTE: [Row(f"{BASE}/", "d"), Row("/desk/courses/nowhere/translations/", "")],
    f"{ROUTE}<slug:unit>/<slug:language>/": [
        Row(f"{BASE}/lecon/en/", "d"),
        Row(f"{BASE}/lecon/fr/", ""),  # the source translates nothing
        Row(f"{BASE}/nothing/en/", ""),
        Row("/desk/courses/nowhere/translations/lecon/en/", ""),
    ],
    f"{ROUTE}<slug:unit>/<slug:language>/judge/": [
        Row(f"{BASE}/lecon/en/judge/", "d", "POST"),
        Row(f"{BASE}/quiz/en/judge/", "", "POST"),  # not translated
        Row("/desk/courses/nowhere/translations/lecon/en/judge/", "", "POST"),
    ],
}
