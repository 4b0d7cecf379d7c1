"""The rows of the access matrix about exams: sittings, seats, the sheet of who supervises."""

from tests.policy.roles import EVERYBODY, Row

MINE = "/e/{edition}/me/exams"
DESK = "/desk/{edition}/exams"
SITTING = f"{DESK}/sittings/{{sitting}}"
ELSEWHERE = "/desk/private/exams/sittings/{sitting}"
ROOM = "/invigilate/{room_token}"
OF_DESK = "desk/<slug:edition>/exams/"
OF_SITTING = f"{OF_DESK}sittings/<uuid:sitting>/"

ROWS: dict[str, list[Row]] = {
    "e/<slug:edition>/me/exams/": [Row(f"{MINE}/", "l"), Row("/e/nowhere/me/exams/", "")],
    "e/<slug:edition>/me/exams/book/<uuid:sitting>/": [
        Row(f"{MINE}/book/{{sitting}}/", "l", "POST"),
        Row(f"{MINE}/book/{{nothing}}/", "", "POST"),
        Row("/e/elsewhere/me/exams/book/{sitting}/", "", "POST"),
    ],
    "e/<slug:edition>/me/exams/<uuid:seat>/": [
        Row(f"{MINE}/{{seat}}/", "l"),
        Row(f"{MINE}/{{nothing}}/", ""),
        Row("/e/elsewhere/me/exams/{seat}/", ""),
    ],
    "e/<slug:edition>/me/exams/<uuid:seat>/exam.ics": [Row(f"{MINE}/{{seat}}/exam.ics", "l")],
    "e/<slug:edition>/me/exams/<uuid:seat>/give-up/": [
        Row(f"{MINE}/{{seat}}/give-up/", "l", "POST"),
        Row("/e/elsewhere/me/exams/{seat}/give-up/", "", "POST"),
    ],
    "invigilate/<str:token>/": [Row(f"{ROOM}/", EVERYBODY), Row("/invigilate/nobody/", "")],
    "invigilate/<str:token>/person/<uuid:seat>/": [
        Row(f"{ROOM}/person/{{seat}}/", EVERYBODY),
        Row(f"{ROOM}/person/{{seat}}/", EVERYBODY, "POST"),
        Row(f"{ROOM}/person/{{second_seat}}/", ""),  # of another sitting
        Row("/invigilate/nobody/person/{seat}/", ""),
    ],
    "invigilate/<str:token>/incidents/": [
        Row(f"{ROOM}/incidents/", EVERYBODY),
        Row(f"{ROOM}/incidents/", EVERYBODY, "POST"),
    ],
    "invigilate/<str:token>/incidents/<uuid:incident>/": [
        Row(f"{ROOM}/incidents/{{exam_incident}}/", EVERYBODY, "POST"),
        Row(f"{ROOM}/incidents/{{nothing}}/", "", "POST"),
    ],
    "invigilate/<str:token>/close/": [Row(f"{ROOM}/close/", EVERYBODY), Row(f"{ROOM}/close/", EVERYBODY, "POST")],
    "desk/<slug:edition>/learners/<uuid:enrolment>/exams/": [
        Row("/desk/{edition}/learners/{enrolment}/exams/", "trd"),
        Row("/desk/{edition}/learners/{enrolment}/exams/", "trd", "POST"),
        Row("/desk/private/learners/{enrolment}/exams/", ""),
    ],
    OF_DESK: [Row(f"{DESK}/", "trd"), Row("/desk/private/exams/", "td")],
    f"{OF_DESK}<slug:unit>/new/": [
        Row(f"{DESK}/examen/new/", "trd"),
        Row(f"{DESK}/examen/new/", "trd", "POST"),
        Row(f"{DESK}/quiz/new/", ""),
    ],
    OF_SITTING: [Row(f"{SITTING}/", "trd"), Row(f"{DESK}/sittings/{{nothing}}/", ""), Row(f"{ELSEWHERE}/", "")],
    f"{OF_SITTING}edit/": [Row(f"{SITTING}/edit/", "trd"), Row(f"{SITTING}/edit/", "trd", "POST")],
    f"{OF_SITTING}cancel/": [Row(f"{SITTING}/cancel/", "trd", "POST"), Row(f"{ELSEWHERE}/cancel/", "", "POST")],
    f"{OF_SITTING}reopen/": [Row(f"{SITTING}/reopen/", "trd", "POST")],
    f"{OF_SITTING}sheet.csv": [Row(f"{SITTING}/sheet.csv", "trd"), Row(f"{ELSEWHERE}/sheet.csv", "")],
    f"{OF_SITTING}admit/": [Row(f"{SITTING}/admit/", "trd", "POST")],
    f"{OF_SITTING}links/": [Row(f"{SITTING}/links/", "trd", "POST")],
    f"{OF_SITTING}links/<uuid:link>/": [
        Row(f"{SITTING}/links/{{room_link}}/", "trd", "POST"),
        Row(f"{SITTING}/links/{{nothing}}/", "", "POST"),
    ],
    f"{OF_SITTING}seats/<uuid:seat>/": [
        Row(f"{SITTING}/seats/{{seat}}/", "trd"),
        Row(f"{SITTING}/seats/{{seat}}/", "trd", "POST"),
        Row(f"{SITTING}/seats/{{second_seat}}/", ""),
    ],
    f"{OF_SITTING}seats/<uuid:seat>/take-back/": [Row(f"{SITTING}/seats/{{seat}}/take-back/", "trd", "POST")],
    f"{OF_SITTING}incidents/": [Row(f"{SITTING}/incidents/", "trd", "POST")],
    f"{OF_SITTING}incidents/<uuid:incident>/": [
        Row(f"{SITTING}/incidents/{{exam_incident}}/", "trd", "POST"),
        Row(f"{SITTING}/incidents/{{nothing}}/", "", "POST"),
    ],
}
