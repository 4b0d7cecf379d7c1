"""Who may open which address: one row per route of the site. A route without a row fails the build.

The letters of a row name who gets in; everybody else gets the same 404, or, when nobody is signed in, the way to
sign in.
"""

from dataclasses import dataclass

ROLES = {
    "a": "anonymous",
    "m": "member",
    "l": "learner",
    "e": "learner elsewhere",
    "o": "moderator",
    "c": "coach",
    "s": "supervisor",
    "t": "teacher",
    "r": "registrar",
    "d": "administrator",
}
EVERYBODY = "amleocstrd"
SIGNED_IN = "mleocstrd"


@dataclass(frozen=True)
class Row:
    """`path` is a sample address with `{names}` of the stage; `who` gets in by `method` (a POST gets as far as its
    form)."""

    path: str
    who: str
    method: str = "GET"
    track: str = ""


UNIT = "/e/{edition}/me/fr/debut"
DESK = "/desk/{edition}"

MATRIX: dict[str, list[Row]] = {
    "": [Row("/", EVERYBODY)],
    "language/<lang:language>/": [Row("/language/fr/", EVERYBODY)],
    "<lang:language>/": [Row("/fr/", EVERYBODY)],
    "<lang:language>/courses/": [Row("/fr/courses/", EVERYBODY)],
    "<lang:language>/courses/<slug:course>/": [Row("/fr/courses/thin/", EVERYBODY), Row("/fr/courses/nowhere/", "")],
    "<lang:language>/legal/": [Row("/fr/legal/", EVERYBODY)],
    "<lang:language>/accessibility/": [Row("/fr/accessibility/", EVERYBODY)],
    "me/": [Row("/me/", SIGNED_IN)],
    "e/<slug:edition>/": [Row("/e/{edition}/", "l"), Row("/e/nowhere/", "")],
    "e/<slug:edition>/enrol/": [
        Row("/e/{edition}/enrol/", SIGNED_IN, "POST"),
        Row("/e/{private}/enrol/", "td", "POST"),
    ],
    "e/<slug:edition>/me/receipts/": [Row("/e/{edition}/me/receipts/", "l")],
    "e/<slug:edition>/leave/": [Row("/e/{edition}/leave/", "l", "POST")],
    "e/<slug:edition>/<lang:language>/<slug:module>/<slug:unit>/": [
        Row("/e/{edition}/fr/debut/lecon/", EVERYBODY),
        Row("/e/{private}/fr/debut/lecon/", "td"),
        Row("/e/{edition}/fr/debut/nowhere/", ""),
        Row("/e/{later}/fr/debut/lecon/", "td"),
    ],
    "e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/": [
        Row(f"{UNIT}/lecon/", EVERYBODY),
        Row("/e/{private}/me/fr/debut/lecon/", "td"),
    ],
    "e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/finish/": [
        Row(f"{UNIT}/lecon/finish/", "l", "POST")
    ],
    "e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/start/": [Row(f"{UNIT}/quiz/start/", "l", "POST")],
    "e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/submit/": [Row(f"{UNIT}/cas/submit/", "l", "POST")],
    "e/<slug:edition>/me/quiz/<uuid:attempt>/close/": [Row("/e/{edition}/me/quiz/{attempt}/close/", "l", "POST")],
    "e/<slug:edition>/me/quiz/<uuid:attempt>/<uuid:question>/": [
        Row("/e/{edition}/me/quiz/{attempt}/{question}/", "l", "POST")
    ],
    r"^media/(?P<digest>[0-9a-f]{64})(?P<suffix>\.[a-z0-9]{1,8}|)$": [Row("/media/" + "0" * 64 + ".svg", "")],
    "verify/": [Row("/verify/", EVERYBODY)],
    "verify/<slug:code>/": [Row("/verify/{code}/", EVERYBODY), Row("/verify/NOBODY/", "")],
    "verify/<slug:code>": [Row("/verify/{code}", EVERYBODY)],
    "verify/<slug:code>/credential.json": [Row("/verify/{code}/credential.json", EVERYBODY)],
    "verify/<slug:code>/certificate.pdf": [Row("/verify/{code}/certificate.pdf", EVERYBODY)],
    "me/certificates/": [Row("/me/certificates/", SIGNED_IN)],
    ".well-known/did.json": [Row("/.well-known/did.json", EVERYBODY)],
    "contexts/credits-v1.json": [Row("/contexts/credits-v1.json", EVERYBODY)],
    "desk/": [Row("/desk/", "trd")],
    "desk/courses/<slug:course>/": [Row("/desk/courses/thin/", "d"), Row("/desk/courses/nowhere/", "")],
    "desk/courses/<slug:course>/upload/": [Row("/desk/courses/thin/upload/", "d", "POST")],
    "desk/courses/<slug:course>/upload/<uuid:token>/": [Row("/desk/courses/thin/upload/{nothing}/", "", "POST")],
    "desk/courses/<slug:course>/new/": [
        Row("/desk/courses/thin/new/", "d"),
        Row("/desk/courses/thin/new/", "d", "POST"),
    ],
    "desk/<slug:edition>/": [Row(f"{DESK}/", "trd"), Row("/desk/private/", "td"), Row("/desk/nowhere/", "")],
    "desk/<slug:edition>/publish/": [Row(f"{DESK}/publish/", "td", "POST")],
    "desk/<slug:edition>/print/": [Row(f"{DESK}/print/", "td", "POST")],
    "desk/<slug:edition>/dates/<uuid:milestone>/": [Row(f"{DESK}/dates/{{milestone}}/", "td", "POST")],
    "desk/<slug:edition>/learners/": [Row(f"{DESK}/learners/", "trd")],
    "desk/<slug:edition>/learners.csv": [Row(f"{DESK}/learners.csv", "trd")],
    "desk/<slug:edition>/learners/<uuid:enrolment>/": [
        Row(f"{DESK}/learners/{{enrolment}}/", "trd"),
        Row("/desk/private/learners/{enrolment}/", ""),
        Row(f"{DESK}/learners/{{enrolment}}/", "trd", "POST"),
    ],
    "desk/<slug:edition>/grading/": [Row(f"{DESK}/grading/", "td")],
    "desk/<slug:edition>/grading/<slug:unit>/": [Row(f"{DESK}/grading/cas/", "td")],
    "desk/<slug:edition>/grading/<slug:unit>/<uuid:submission>/": [
        Row(f"{DESK}/grading/cas/{{submission}}/", "td"),
        Row(f"{DESK}/grading/cas/{{submission}}/", "td", "POST"),
    ],
    "desk/<slug:edition>/preview/": [Row(f"{DESK}/preview/", "td")],
    "desk/<slug:edition>/preview/<lang:language>/<slug:unit>/": [Row(f"{DESK}/preview/fr/lecon/", "td")],
    "desk/<slug:edition>/roles/": [Row(f"{DESK}/roles/", "td"), Row(f"{DESK}/roles/", "td", "POST")],
    "desk/<slug:edition>/roles/<uuid:role>/": [Row(f"{DESK}/roles/{{nothing}}/", "", "POST")],
    "desk/<slug:edition>/awards/": [Row(f"{DESK}/awards/", "trd")],
    "desk/<slug:edition>/awards/derive/": [Row(f"{DESK}/awards/derive/", "trd", "POST")],
    "desk/<slug:edition>/awards/give/": [Row(f"{DESK}/awards/give/", "rd", "POST", "classic")],
    "accounts/": [Row("/accounts/", SIGNED_IN)],
    "accounts/devices/<uuid:device>/sign-out/": [Row("/accounts/devices/{device}/sign-out/", "l", "POST")],
    "accounts/devices/sign-out/": [Row("/accounts/devices/sign-out/", SIGNED_IN, "POST")],
    "accounts/export/": [Row("/accounts/export/", SIGNED_IN)],
    "accounts/erase/": [Row("/accounts/erase/", SIGNED_IN), Row("/accounts/erase/", SIGNED_IN, "POST")],
    "health": [Row("/health", EVERYBODY)],
}

# Pages of allauth that somebody without an account, or before signing in, must reach. Every other page of it asks to
# sign in; each acts on one's own account only, since none of its addresses names a person.
BEFORE_SIGNING_IN = {
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/confirm-email/",
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    "accounts/password/reset/key/done/",
    "accounts/login/code/confirm/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/webauthn/login/",
}
