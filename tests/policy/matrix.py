"""Who may open which address: one row per route of the site. A route without a row fails the build.

The letters of a row name who gets in; everybody else gets the same 404, or, when nobody is signed in, the way to
sign in.
"""

from tests.policy import (
    matrix_discussion,
    matrix_exams,
    matrix_jury,
    matrix_languages,
    matrix_names,
    matrix_news,
    matrix_newsletter,
    matrix_past,
    matrix_peers,
    matrix_register,
    matrix_site,
    matrix_subtitles,
    matrix_time,
    matrix_way_in,
)
from tests.policy.roles import EVERYBODY, SIGNED_IN, Row

UNIT = "/e/{edition}/me/fr/debut"
DESK = "/desk/{edition}"

MATRIX: dict[str, list[Row]] = {
    **matrix_discussion.ROWS,
    **matrix_exams.ROWS,
    **matrix_jury.ROWS,
    **matrix_languages.ROWS,
    **matrix_names.ROWS,
    **matrix_news.ROWS,
    **matrix_newsletter.ROWS,
    **matrix_past.ROWS,
    **matrix_peers.ROWS,
    **matrix_register.ROWS,
    **matrix_site.ROWS,
    **matrix_subtitles.ROWS,
    **matrix_time.ROWS,
    **matrix_way_in.ROWS,
    "": [Row("/", EVERYBODY)],
    "language/<lang:language>/": [Row("/language/fr/", EVERYBODY)],
    "<lang:language>/": [Row("/fr/", EVERYBODY)],
    "<lang:language>/courses/": [Row("/fr/courses/", EVERYBODY)],
    "<lang:language>/courses/<slug:course>/": [Row("/fr/courses/thin/", EVERYBODY), Row("/fr/courses/nowhere/", "")],
    "<lang:language>/courses/<slug:course>/wait/": [
        Row("/fr/courses/thin/wait/", EVERYBODY),
        Row("/fr/courses/thin/wait/", EVERYBODY, "POST"),
        Row("/fr/courses/nowhere/wait/", ""),
    ],
    "<lang:language>/courses/<slug:course>/wait/stop/": [
        Row("/fr/courses/thin/wait/stop/", SIGNED_IN, "POST"),
        Row("/fr/courses/nowhere/wait/stop/", "", "POST"),
    ],
    "<lang:language>/courses/<slug:course>/<slug:edition>/new/": [
        Row("/fr/courses/thin/{edition}/new/", EVERYBODY),
        Row("/fr/courses/thin/{private}/new/", "td"),
        Row("/fr/courses/thin/{later}/new/", ""),  # nothing is published of it
        Row("/fr/courses/nowhere/{edition}/new/", ""),
    ],
    "waiting/<str:token>/": [
        Row("/waiting/{waiting}/", EVERYBODY),
        Row("/waiting/{waiting}/", EVERYBODY, "POST"),
        Row("/waiting/nobody/", ""),
    ],
    "<lang:language>/legal/": [Row("/fr/legal/", EVERYBODY)],
    "<lang:language>/accessibility/": [Row("/fr/accessibility/", EVERYBODY)],
    "me/": [Row("/me/", SIGNED_IN)],
    "e/<slug:edition>/": [Row("/e/{edition}/", "l"), Row("/e/nowhere/", "")],
    "e/<slug:edition>/enrol/": [
        Row("/e/{edition}/enrol/", SIGNED_IN, "POST"),  # a visitor's wish is kept: tests/accounts/test_way_in.py
        Row("/e/{private}/enrol/", "td", "POST"),
    ],
    "e/<slug:edition>/me/receipts/": [Row("/e/{edition}/me/receipts/", "l")],
    "e/<slug:edition>/path/": [Row("/e/{edition}/path/", "l"), Row("/e/nowhere/path/", "")],
    "e/<slug:edition>/path/calendar/": [Row("/e/{edition}/path/calendar/", "l", "POST")],
    "e/<slug:edition>/calendar/<str:token>.ics": [  # its address is the secret
        Row("/e/{edition}/calendar/{feed}.ics", EVERYBODY),
        Row("/e/elsewhere/calendar/{feed}.ics", ""),
        Row("/e/{edition}/calendar/{nothing}.ics", ""),
    ],
    "e/<slug:edition>/tracks/": [Row("/e/{edition}/tracks/", "l")],
    "e/<slug:edition>/tracks/add/": [Row("/e/{edition}/tracks/add/", "l", "POST")],
    "e/<slug:edition>/tracks/drop/": [Row("/e/{edition}/tracks/drop/", "l", "POST")],
    "e/<slug:edition>/electives/": [Row("/e/{edition}/electives/", "l")],
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
    "verify/<slug:code>/": [
        Row("/verify/{code}/", EVERYBODY),
        Row("/verify/{statement}/", EVERYBODY),
        Row("/verify/NOBODY/", ""),
    ],
    "verify/<slug:code>": [Row("/verify/{code}", EVERYBODY)],
    "verify/<slug:code>/credential.json": [Row("/verify/{code}/credential.json", EVERYBODY)],
    "verify/<slug:code>/certificate.pdf": [Row("/verify/{code}/certificate.pdf", EVERYBODY)],
    "verify/<slug:code>/statement.json": [
        Row("/verify/{statement}/statement.json", EVERYBODY),
        Row("/verify/{hidden_statement}/statement.json", "l"),
        Row("/verify/{code}/statement.json", ""),
    ],
    "verify/<slug:code>/statement.pdf": [
        Row("/verify/{statement}/statement.pdf", EVERYBODY),
        Row("/verify/{hidden_statement}/statement.pdf", "l"),
    ],
    "me/certificates/": [Row("/me/certificates/", SIGNED_IN)],
    "me/certificates/statements/<uuid:enrolment>/": [
        Row("/me/certificates/statements/{enrolment}/", "l", "POST"),
        Row("/me/certificates/statements/{nothing}/", "", "POST"),
    ],
    "me/certificates/statements/<slug:code>/hide/": [
        Row("/me/certificates/statements/{statement}/hide/", "l", "POST"),
        Row("/me/certificates/statements/NOBODY/hide/", "", "POST"),
    ],
    ".well-known/did.json": [Row("/.well-known/did.json", EVERYBODY)],
    "contexts/credits-v1.json": [Row("/contexts/credits-v1.json", EVERYBODY)],
    "contexts/status-v1.json": [Row("/contexts/status-v1.json", EVERYBODY)],
    "status/<slug:purpose>-<int:number>.json": [
        Row("/status/revocation-1.json", EVERYBODY),
        Row("/status/revocation-9.json", ""),
    ],
    "desk/": [Row("/desk/", "octrd")],
    "desk/courses/": [Row("/desk/courses/", "d"), Row("/desk/courses/", "d", "POST")],
    "desk/courses/upload/<uuid:token>/": [Row("/desk/courses/upload/{nothing}/", "", "POST")],
    "desk/courses/<slug:course>/roles/": [
        Row("/desk/courses/thin/roles/", "d"),
        Row("/desk/courses/thin/roles/", "d", "POST"),
    ],
    "desk/courses/<slug:course>/roles/<uuid:role>/": [Row("/desk/courses/thin/roles/{nothing}/", "", "POST")],
    "desk/courses/<slug:course>/": [Row("/desk/courses/thin/", "d"), Row("/desk/courses/nowhere/", "")],
    "desk/courses/<slug:course>/upload/": [Row("/desk/courses/thin/upload/", "d", "POST")],
    "desk/courses/<slug:course>/upload/<uuid:token>/": [Row("/desk/courses/thin/upload/{nothing}/", "", "POST")],
    "desk/courses/<slug:course>/new/": [
        Row("/desk/courses/thin/new/", "d"),
        Row("/desk/courses/thin/new/", "d", "POST"),
    ],
    "desk/operator/": [Row("/desk/operator/", "d")],
    "desk/operator/tasks/<uuid:task>/": [Row("/desk/operator/tasks/{nothing}/", "", "POST")],
    "desk/operator/mail/": [Row("/desk/operator/mail/", "d", "POST")],
    "desk/<slug:edition>/": [Row(f"{DESK}/", "trd"), Row("/desk/private/", "td"), Row("/desk/nowhere/", "")],
    "desk/<slug:edition>/publish/": [Row(f"{DESK}/publish/", "td", "POST")],
    "desk/<slug:edition>/print/": [Row(f"{DESK}/print/", "td", "POST")],
    "desk/<slug:edition>/dates/": [Row(f"{DESK}/dates/", "td"), Row(f"{DESK}/dates/", "td", "POST")],
    "desk/<slug:edition>/dates/confirm/": [Row(f"{DESK}/dates/confirm/", "td", "POST")],
    "desk/<slug:edition>/dates/<uuid:milestone>/": [Row(f"{DESK}/dates/{{milestone}}/", "td", "POST")],
    "desk/<slug:edition>/checklist/": [Row(f"{DESK}/checklist/", "trd"), Row("/desk/private/checklist/", "td")],
    "desk/<slug:edition>/deadline/": [Row(f"{DESK}/deadline/", "td"), Row(f"{DESK}/deadline/", "td", "POST")],
    "desk/<slug:edition>/deadline/confirm/": [Row(f"{DESK}/deadline/confirm/", "td", "POST")],
    "desk/<slug:edition>/deadline/<uuid:postponement>/undo/": [
        Row(f"{DESK}/deadline/{{postponement}}/undo/", "td", "POST"),
        Row(f"{DESK}/deadline/{{nothing}}/undo/", "", "POST"),
    ],
    "desk/<slug:edition>/announcements/": [Row(f"{DESK}/announcements/", "trd")],
    "desk/<slug:edition>/announcements/new/": [
        Row(f"{DESK}/announcements/new/", "td"),
        Row(f"{DESK}/announcements/new/", "td", "POST"),
    ],
    "desk/<slug:edition>/announcements/<uuid:announcement>/": [
        Row(f"{DESK}/announcements/{{announcement}}/", "trd"),
        Row(f"{DESK}/announcements/{{nothing}}/", ""),
        Row("/desk/later/announcements/{announcement}/", ""),
    ],
    "desk/<slug:edition>/announcements/<uuid:announcement>/try/": [
        Row(f"{DESK}/announcements/{{announcement}}/try/", "td", "POST")
    ],
    "desk/<slug:edition>/announcements/<uuid:announcement>/confirm/": [
        Row(f"{DESK}/announcements/{{announcement}}/confirm/", "td", "POST")
    ],
    "desk/<slug:edition>/announcements/<uuid:announcement>/cancel/": [
        Row(f"{DESK}/announcements/{{announcement}}/cancel/", "td", "POST")
    ],
    "desk/<slug:edition>/incidents/": [Row(f"{DESK}/incidents/", "trd"), Row(f"{DESK}/incidents/", "trd", "POST")],
    "desk/<slug:edition>/incidents/<uuid:incident>/end/": [
        Row(f"{DESK}/incidents/{{incident}}/end/", "trd", "POST"),
        Row("/desk/later/incidents/{incident}/end/", "", "POST"),
    ],
    "desk/<slug:edition>/learners/": [Row(f"{DESK}/learners/", "trd")],
    "desk/<slug:edition>/learners.csv": [Row(f"{DESK}/learners.csv", "trd")],
    "desk/<slug:edition>/learners/<uuid:enrolment>/remove/": [
        Row(f"{DESK}/learners/{{enrolment}}/remove/", "td", "POST")
    ],
    "desk/<slug:edition>/learners/<uuid:enrolment>/readmit/": [
        Row(f"{DESK}/learners/{{enrolment}}/readmit/", "td", "POST")
    ],
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
    "desk/<slug:edition>/questions/": [Row(f"{DESK}/questions/", "td"), Row("/desk/private/questions/", "td")],
    "desk/<slug:edition>/questions/<uuid:question>/": [
        Row(f"{DESK}/questions/{{question}}/", "td"),
        Row(f"{DESK}/questions/{{nothing}}/", ""),
        Row(f"{DESK}/questions/{{question}}/", "td", "POST"),
    ],
    "desk/<slug:edition>/questions/<uuid:question>/effect/": [
        Row(f"{DESK}/questions/{{question}}/effect/", "", "POST")  # only goes on with a count that it began
    ],
    "desk/<slug:edition>/questions/<uuid:question>/rule/": [Row(f"{DESK}/questions/{{question}}/rule/", "td", "POST")],
    "desk/<slug:edition>/questions/<uuid:question>/progress/": [
        Row(f"{DESK}/questions/{{question}}/progress/", "")  # nothing was ruled
    ],
    "desk/<slug:edition>/differences/": [
        Row(f"{DESK}/differences/", "td"),
        Row(f"{DESK}/differences/?with=private", "td"),
        Row(f"{DESK}/differences/?with=elsewhere", "d"),
        Row(f"{DESK}/differences/?with=nowhere", ""),
    ],
    "desk/<slug:edition>/new/": [Row(f"{DESK}/new/", "td"), Row(f"{DESK}/new/", "td", "POST")],
    "desk/<slug:edition>/new/draft/": [Row(f"{DESK}/new/draft/", "td", "POST")],
    "desk/<slug:edition>/new/draft/<lang:language>/": [Row(f"{DESK}/new/draft/fr/", "td", "POST")],
    "desk/<slug:edition>/new/publish/": [Row(f"{DESK}/new/publish/", "td", "POST")],
    "desk/<slug:edition>/new/unpublish/": [Row(f"{DESK}/new/unpublish/", "td", "POST")],
    "desk/<slug:edition>/next/": [Row(f"{DESK}/next/", "d"), Row(f"{DESK}/next/", "d", "POST")],
    "desk/<slug:edition>/videos/": [Row(f"{DESK}/videos/", "td")],
    "desk/<slug:edition>/videos/give/": [Row(f"{DESK}/videos/give/", "d", "POST")],
    "desk/<slug:edition>/units/": [Row(f"{DESK}/units/", "td")],
    "desk/<slug:edition>/units/<slug:unit>/edit/": [
        Row(f"{DESK}/units/lecon/edit/", "d"),
        Row(f"{DESK}/units/nowhere/edit/", ""),
        Row(f"{DESK}/units/lecon/edit/", "d", "POST"),
    ],
    "requests/": [Row("/requests/", SIGNED_IN)],
    "requests/new/": [Row("/requests/new/", SIGNED_IN), Row("/requests/new/", SIGNED_IN, "POST")],
    "requests/<uuid:request_id>/": [
        Row("/requests/{request}/", "l"),
        Row("/requests/{nothing}/", ""),
        Row("/requests/{request}/", "l", "POST"),
    ],
    "requests/<uuid:request_id>/close/": [Row("/requests/{request}/close/", "l", "POST")],
    "requests/<uuid:request_id>/files/<uuid:entry>/<int:number>/": [
        Row("/requests/{request}/files/{entry}/0/", "l"),
        Row("/requests/{request}/files/{entry}/1/", ""),
    ],
    "desk/requests/": [Row("/desk/requests/", "d")],
    "desk/requests/<uuid:request_id>/": [
        Row("/desk/requests/{site_request}/", "d"),
        Row("/desk/requests/{nothing}/", ""),
    ],
    "desk/requests/<uuid:request_id>/claim/": [Row("/desk/requests/{site_request}/claim/", "d", "POST")],
    "desk/requests/<uuid:request_id>/release/": [Row("/desk/requests/{site_request}/release/", "d", "POST")],
    "desk/requests/<uuid:request_id>/close/": [Row("/desk/requests/{site_request}/close/", "d", "POST")],
    "desk/requests/<uuid:request_id>/answer/": [Row("/desk/requests/{site_request}/answer/", "d", "POST")],
    "desk/requests/<uuid:request_id>/note/": [Row("/desk/requests/{site_request}/note/", "d", "POST")],
    "desk/requests/<uuid:request_id>/merge/": [Row("/desk/requests/{site_request}/merge/", "", "POST")],  # into nothing
    "desk/requests/<uuid:request_id>/move/": [Row("/desk/requests/{site_request}/move/", "", "POST")],  # to no edition
    "desk/requests/<uuid:request_id>/decide/": [Row("/desk/requests/{site_request}/decide/", "d", "POST")],
    "desk/requests/<uuid:request_id>/files/<uuid:entry>/<int:number>/": [
        Row("/desk/requests/{site_request}/files/{entry}/0/", "")
    ],
    "desk/<slug:edition>/requests/": [Row("/desk/{edition}/requests/", "octrd")],
    "desk/<slug:edition>/requests/<uuid:request_id>/": [
        Row("/desk/{edition}/requests/{request}/", "octrd"),
        Row("/desk/{edition}/requests/{nothing}/", ""),
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/claim/": [
        Row("/desk/{edition}/requests/{request}/claim/", "octrd", "POST")
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/release/": [
        Row("/desk/{edition}/requests/{request}/release/", "octrd", "POST")
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/close/": [
        Row("/desk/{edition}/requests/{request}/close/", "octrd", "POST")
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/answer/": [
        Row("/desk/{edition}/requests/{request}/answer/", "octrd", "POST")
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/note/": [
        Row("/desk/{edition}/requests/{request}/note/", "octrd", "POST")
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/merge/": [
        Row("/desk/{edition}/requests/{request}/merge/", "", "POST")
    ],  # into nothing
    "desk/<slug:edition>/requests/<uuid:request_id>/decide/": [
        Row("/desk/{edition}/requests/{request}/decide/", "trd", "POST")
    ],
    "desk/<slug:edition>/requests/<uuid:request_id>/files/<uuid:entry>/<int:number>/": [
        Row("/desk/{edition}/requests/{request}/files/{entry}/0/", "octrd")
    ],
    "desk/<slug:edition>/replies/": [Row(f"{DESK}/replies/", "octrd"), Row(f"{DESK}/replies/", "trd", "POST")],
    "desk/<slug:edition>/replies/<uuid:reply>/": [
        Row(f"{DESK}/replies/{{reply}}/", "trd"),
        Row(f"{DESK}/replies/{{nothing}}/", ""),
        Row(f"{DESK}/replies/{{reply}}/", "trd", "POST"),
    ],
    "desk/<slug:edition>/replies/<uuid:reply>/delete/": [Row(f"{DESK}/replies/{{reply}}/delete/", "trd", "POST")],
    "alert/": [Row("/alert/", EVERYBODY)],
    "e/<slug:edition>/alert/": [
        Row("/e/{edition}/alert/", SIGNED_IN),
        Row("/e/{private}/alert/", "td"),
        Row("/e/{edition}/alert/", SIGNED_IN, "POST"),
        Row("/e/nowhere/alert/", ""),
    ],
    "e/<slug:edition>/volunteer/": [Row("/e/{edition}/volunteer/", SIGNED_IN), Row("/e/{private}/volunteer/", "td")],
    "e/<slug:edition>/volunteer/apply/": [Row("/e/{edition}/volunteer/apply/", SIGNED_IN, "POST")],
    "e/<slug:edition>/volunteer/sign/": [Row("/e/{edition}/volunteer/sign/", "o", "POST")],
    "e/<slug:edition>/volunteer/leave/": [Row("/e/{edition}/volunteer/leave/", "o", "POST")],
    "e/<slug:edition>/volunteer/shifts/": [Row("/e/{edition}/volunteer/shifts/", "o", "POST")],
    "e/<slug:edition>/volunteer/shifts/<uuid:shift>/": [
        Row("/e/{edition}/volunteer/shifts/{shift}/", "o", "POST"),
        Row("/e/{edition}/volunteer/shifts/{nothing}/", "", "POST"),
    ],
    "desk/<slug:edition>/volunteers/": [Row(f"{DESK}/volunteers/", "td")],
    "desk/<slug:edition>/volunteers/contact/": [Row(f"{DESK}/volunteers/contact/", "td", "POST")],
    "desk/<slug:edition>/volunteers/<uuid:volunteer>/": [
        Row(f"{DESK}/volunteers/{{volunteer}}/", "td", "POST"),
        Row("/desk/private/volunteers/{volunteer}/", "", "POST"),
    ],
    "desk/<slug:edition>/alerts/": [Row(f"{DESK}/alerts/", "cd"), Row("/desk/private/alerts/", "d")],
    "desk/<slug:edition>/alerts/<uuid:alert>/": [
        Row(f"{DESK}/alerts/{{alert}}/", "cd", "POST"),
        Row("/desk/private/alerts/{alert}/", "", "POST"),
    ],
    "desk/<slug:edition>/roles/": [Row(f"{DESK}/roles/", "td"), Row(f"{DESK}/roles/", "td", "POST")],
    "desk/<slug:edition>/roles/<uuid:role>/": [
        Row(f"{DESK}/roles/{{role}}/", "td", "POST"),
        Row(f"{DESK}/roles/{{nothing}}/", "", "POST"),
    ],
    "desk/<slug:edition>/awards/": [Row(f"{DESK}/awards/", "trd")],
    "desk/<slug:edition>/awards/derive/": [Row(f"{DESK}/awards/derive/", "trd", "POST")],
    "desk/<slug:edition>/awards/give/": [Row(f"{DESK}/awards/give/", "rd", "POST", "classic")],
    "desk/<slug:edition>/awards/attest/": [Row(f"{DESK}/awards/attest/", "rd", "POST")],
    "desk/<slug:edition>/awards/<uuid:award>/": [
        Row(f"{DESK}/awards/{{award}}/", "rd"),
        Row("/desk/private/awards/{award}/", ""),
    ],
    "desk/<slug:edition>/awards/<uuid:award>/revoke/": [Row(f"{DESK}/awards/{{award}}/revoke/", "rd", "POST")],
    "desk/<slug:edition>/awards/<uuid:award>/suspend/": [Row(f"{DESK}/awards/{{award}}/suspend/", "rd", "POST")],
    "desk/<slug:edition>/awards/<uuid:award>/lift/": [Row(f"{DESK}/awards/{{award}}/lift/", "rd", "POST")],
    "desk/<slug:edition>/awards/<uuid:award>/again/": [Row(f"{DESK}/awards/{{award}}/again/", "rd", "POST")],
    "accounts/": [Row("/accounts/", SIGNED_IN)],
    "accounts/devices/<uuid:device>/sign-out/": [Row("/accounts/devices/{device}/sign-out/", "l", "POST")],
    "accounts/devices/sign-out/": [Row("/accounts/devices/sign-out/", SIGNED_IN, "POST")],
    "accounts/messages/": [Row("/accounts/messages/", SIGNED_IN), Row("/accounts/messages/", SIGNED_IN, "POST")],
    "accounts/messages/open/": [Row("/accounts/messages/open/", SIGNED_IN, "POST")],
    "mail/stop/<str:token>/": [Row("/mail/stop/nobody/", "")],
    "accounts/export/": [Row("/accounts/export/", SIGNED_IN)],
    "accounts/erase/": [Row("/accounts/erase/", SIGNED_IN), Row("/accounts/erase/", SIGNED_IN, "POST")],
    "health": [Row("/health", EVERYBODY)],
    "metrics": [Row("/metrics", "")],  # by this machine's own name, or with a token
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
    "accounts/3rdparty/login/cancelled/",
    "accounts/3rdparty/signup/",
}
