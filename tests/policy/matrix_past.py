"""The rows of the access matrix that belong to former editions: who keeps a whole course's records, and oneself."""

from tests.policy.roles import SIGNED_IN, Row

BASE = "/desk/courses/thin/former"
ROUTE = "desk/courses/<slug:course>/former/"

ROWS: dict[str, list[Row]] = {
    "me/former/": [Row("/me/former/", SIGNED_IN), Row("/me/former/", SIGNED_IN, "POST")],
    ROUTE: [Row(f"{BASE}/", "d"), Row("/desk/courses/nowhere/former/", "")],
    ROUTE + "upload/": [Row(f"{BASE}/upload/", "d", "POST")],
    ROUTE + "upload/<uuid:token>/": [Row(f"{BASE}/upload/{{nothing}}/", "", "POST")],
    ROUTE + "files/<uuid:source>/": [
        Row(f"{BASE}/files/{{source}}/", "d"),
        Row(f"{BASE}/files/{{nothing}}/", ""),
        Row(f"{BASE}/files/{{source}}/", "d", "POST"),
    ],
    ROUTE + "doubts/": [Row(f"{BASE}/doubts/", "d")],
    ROUTE + "doubts/<uuid:doubt>/": [
        Row(f"{BASE}/doubts/{{doubt}}/", "d", "POST"),
        Row(f"{BASE}/doubts/{{nothing}}/", "", "POST"),
    ],
    ROUTE + "doubts/<uuid:doubt>/undo/": [
        Row(f"{BASE}/doubts/{{doubt}}/undo/", "d", "POST"),
        Row(f"{BASE}/doubts/{{nothing}}/undo/", "", "POST"),
    ],
    ROUTE + "people/<uuid:former>/": [
        Row(f"{BASE}/people/{{former}}/", "d"),
        Row(f"{BASE}/people/{{nothing}}/", ""),
    ],
    ROUTE + "people/<uuid:former>/erase/": [
        Row(f"{BASE}/people/{{former}}/erase/", "d", "POST"),
        Row(f"{BASE}/people/{{nothing}}/erase/", "", "POST"),
    ],
}
