"""The rows of the access matrix about what a holder does with a certificate: a file checked, links, another name."""

from tests.policy.roles import EVERYBODY, Row

MINE = "/me/certificates/{code}"
DESK = "/desk/{edition}/names"

ROWS: dict[str, list[Row]] = {
    "verify/file/": [Row("/verify/file/", EVERYBODY), Row("/verify/file/", EVERYBODY, "POST")],
    "me/certificates/<slug:code>/links/": [
        Row(f"{MINE}/links/", "l"),
        Row(f"{MINE}/links/", "l", "POST"),
        Row("/me/certificates/NOBODY/links/", ""),
    ],
    "me/certificates/<slug:code>/links/<uuid:link>/end/": [
        Row(f"{MINE}/links/{{link}}/end/", "l", "POST"),
        Row(f"{MINE}/links/{{nothing}}/end/", "", "POST"),
    ],
    "me/certificates/<slug:code>/show/": [Row(f"{MINE}/show/", "l", "POST")],
    "me/certificates/<slug:code>/name/": [Row(f"{MINE}/name/", "l"), Row(f"{MINE}/name/", "l", "POST")],
    "me/certificates/<slug:code>/name/<uuid:correction>/keep/": [
        Row(f"{MINE}/name/{{correction}}/keep/", "l", "POST"),
        Row(f"{MINE}/name/{{nothing}}/keep/", "", "POST"),
    ],
    "desk/<slug:edition>/names/": [Row(f"{DESK}/", "rd"), Row("/desk/private/names/", "d")],
    "desk/<slug:edition>/names/<uuid:correction>/accept/": [
        Row(f"{DESK}/{{correction}}/accept/", "rd", "POST"),
        Row("/desk/private/names/{correction}/accept/", "", "POST"),
    ],
    "desk/<slug:edition>/names/<uuid:correction>/refuse/": [
        Row(f"{DESK}/{{correction}}/refuse/", "rd", "POST"),
        Row(f"{DESK}/{{nothing}}/refuse/", "", "POST"),
    ],
}
