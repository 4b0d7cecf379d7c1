"""The rows of the access matrix about credits, the register and what certificates must say."""

from tests.policy.roles import Row

DESK = "/desk/{edition}"
MINE = "/me/certificates/{code}/credits"

ROWS: dict[str, list[Row]] = {
    "me/certificates/<slug:code>/credits/": [
        Row(f"{MINE}/", "l"),
        Row(f"{MINE}/", "l", "POST"),
        Row("/me/certificates/NOBODY/credits/", ""),
    ],
    "me/certificates/<slug:code>/credits/withdraw/": [Row(f"{MINE}/withdraw/", "l", "POST")],
    "desk/<slug:edition>/awards/fields/": [
        Row(f"{DESK}/awards/fields/", "trd"),
        Row("/desk/private/awards/fields/", "td"),
    ],
    "desk/<slug:edition>/credits/": [Row(f"{DESK}/credits/", "rd"), Row("/desk/private/credits/", "d")],
    "desk/<slug:edition>/credits/accept/": [Row(f"{DESK}/credits/accept/", "rd", "POST")],
    "desk/<slug:edition>/credits/<uuid:claim>/": [
        Row(f"{DESK}/credits/{{claim}}/", "rd"),
        Row(f"{DESK}/credits/{{nothing}}/", ""),
        Row("/desk/private/credits/{claim}/", ""),
    ],
    "desk/<slug:edition>/credits/<uuid:claim>/refuse/": [
        Row(f"{DESK}/credits/{{claim}}/refuse/", "rd", "POST"),
        Row("/desk/private/credits/{claim}/refuse/", "", "POST"),
    ],
    "desk/<slug:edition>/register/": [Row(f"{DESK}/register/", "rd"), Row("/desk/private/register/", "d")],
    "desk/<slug:edition>/register.csv": [Row(f"{DESK}/register.csv", "rd"), Row("/desk/private/register.csv", "d")],
    "desk/<slug:edition>/register.xlsx": [Row(f"{DESK}/register.xlsx", "rd")],
    "desk/<slug:edition>/register/columns/": [Row(f"{DESK}/register/columns/", "rd", "POST")],
    "desk/<slug:edition>/register/mark/": [Row(f"{DESK}/register/mark/", "rd", "POST")],
    "desk/<slug:edition>/register/elm.zip": [Row(f"{DESK}/register/elm.zip", "rd")],
    "desk/<slug:edition>/register/<slug:code>.elm.json": [
        Row(f"{DESK}/register/{{code}}.elm.json", "rd"),
        Row("/desk/private/register/{code}.elm.json", ""),
        Row(f"{DESK}/register/NOBODY.elm.json", ""),
    ],
}
