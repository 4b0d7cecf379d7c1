"""The rows of the access matrix about time given to people: groups, extensions taken back, extra time."""

from tests.policy.roles import Row

DESK = "/desk/{edition}"
GROUP = f"{DESK}/groups/{{group}}"
LEARNER = f"{DESK}/learners/{{enrolment}}"

ROWS: dict[str, list[Row]] = {
    "e/<slug:edition>/me/time/": [Row("/e/{edition}/me/time/", "l"), Row("/e/nowhere/me/time/", "")],
    "desk/<slug:edition>/extensions.csv": [
        Row(f"{DESK}/extensions.csv", "trd"),
        Row("/desk/private/extensions.csv", "td"),
    ],
    "desk/<slug:edition>/learners/<uuid:enrolment>/extra/": [
        Row(f"{LEARNER}/extra/", "trd", "POST"),
        Row("/desk/private/learners/{enrolment}/extra/", "", "POST"),
    ],
    "desk/<slug:edition>/learners/<uuid:enrolment>/extra/<uuid:extra>/end/": [
        Row(f"{LEARNER}/extra/{{extra}}/end/", "trd", "POST"),
        Row(f"{LEARNER}/extra/{{nothing}}/end/", "", "POST"),
    ],
    "desk/<slug:edition>/learners/<uuid:enrolment>/extensions/<uuid:extension>/undo/": [
        Row(f"{LEARNER}/extensions/{{extension}}/undo/", "trd", "POST"),
        Row(f"{LEARNER}/extensions/{{nothing}}/undo/", "", "POST"),
    ],
    "desk/<slug:edition>/extra/": [Row(f"{DESK}/extra/", "trd"), Row(f"{DESK}/extra/", "trd", "POST")],
    "desk/<slug:edition>/extra/<uuid:batch>/end/": [
        Row(f"{DESK}/extra/{{batch}}/end/", "trd", "POST"),
        Row(f"{DESK}/extra/{{nothing}}/end/", "", "POST"),
        Row("/desk/private/extra/{batch}/end/", "", "POST"),
    ],
    "desk/<slug:edition>/groups/": [Row(f"{DESK}/groups/", "trd"), Row(f"{DESK}/groups/", "trd", "POST")],
    "desk/<slug:edition>/groups/pick/": [Row(f"{DESK}/groups/pick/", "trd", "POST")],
    "desk/<slug:edition>/groups/<uuid:group>/": [
        Row(f"{GROUP}/", "trd"),
        Row(f"{DESK}/groups/{{nothing}}/", ""),
        Row("/desk/private/groups/{group}/", ""),
    ],
    "desk/<slug:edition>/groups/<uuid:group>/rename/": [Row(f"{GROUP}/rename/", "trd", "POST")],
    "desk/<slug:edition>/groups/<uuid:group>/paste/": [Row(f"{GROUP}/paste/", "trd", "POST")],
    "desk/<slug:edition>/groups/<uuid:group>/part/": [Row(f"{GROUP}/part/", "trd", "POST")],
    "desk/<slug:edition>/groups/<uuid:group>/empty/": [Row(f"{GROUP}/empty/", "trd", "POST")],
    "desk/<slug:edition>/groups/<uuid:group>/delete/": [
        Row(f"{GROUP}/delete/", "trd"),
        Row(f"{GROUP}/delete/", "trd", "POST"),
    ],
    "desk/<slug:edition>/groups/<uuid:group>/remove/<uuid:enrolment>/": [
        Row(f"{GROUP}/remove/{{enrolment}}/", "trd", "POST"),
        Row(f"{GROUP}/remove/{{nothing}}/", "", "POST"),
    ],
}
