"""The rows of the access matrix about juries: teachers read, registrars act, a learner reads what was decided of
them."""

from tests.policy.roles import Row

DESK = "/desk/{edition}"
ONE = f"{DESK}/jury/{{deliberation}}"
BRING = f"{DESK}/learners/{{enrolment}}/bring/"
CASE = f"{ONE}/people/{{candidate}}"

ROWS: dict[str, list[Row]] = {
    "e/<slug:edition>/me/jury/": [Row("/e/{edition}/me/jury/", "l"), Row("/e/nowhere/me/jury/", "")],
    "desk/<slug:edition>/learners/<uuid:enrolment>/bring/": [
        Row(BRING, "rd", "POST", form=(("deliberation", "{deliberation}/classic"), ("reason", "Recours."))),
        Row(BRING, "", "POST", form=(("deliberation", "{nothing}/classic"),)),
        Row(BRING, "", "POST"),
    ],
    "desk/<slug:edition>/jury/": [Row(f"{DESK}/jury/", "trd"), Row(f"{DESK}/jury/", "rd", "POST")],
    "desk/<slug:edition>/jury/<uuid:deliberation>/": [
        Row(f"{ONE}/", "trd"),
        Row(f"{DESK}/jury/{{nothing}}/", ""),
        Row("/desk/private/jury/{deliberation}/", ""),
    ],
    "desk/<slug:edition>/jury/<uuid:deliberation>/amend/": [Row(f"{ONE}/amend/", "rd", "POST")],
    "desk/<slug:edition>/jury/<uuid:deliberation>/cancel/": [Row(f"{ONE}/cancel/", "rd", "POST")],
    "desk/<slug:edition>/jury/<uuid:deliberation>/again/": [Row(f"{ONE}/again/", "rd", "POST")],
    "desk/<slug:edition>/jury/<uuid:deliberation>/file/": [Row(f"{ONE}/file/", "rd", "POST")],
    "desk/<slug:edition>/jury/<uuid:deliberation>/people/": [
        Row(f"{ONE}/people/", "trd"),
        Row(f"{ONE}/people/", "rd", "POST"),
    ],
    "desk/<slug:edition>/jury/<uuid:deliberation>/people/<uuid:candidate>/": [
        Row(f"{CASE}/", "trd"),
        Row(f"{CASE}/", "rd", "POST"),
        Row(f"{ONE}/people/{{nothing}}/", ""),
    ],
    "desk/<slug:edition>/jury/<uuid:deliberation>/people/<uuid:candidate>/<slug:verb>/": [
        Row(f"{CASE}/refresh/", "rd", "POST"),
        Row(f"{CASE}/nothing/", "", "POST"),
    ],
    "desk/<slug:edition>/jury/<uuid:deliberation>/<slug:name>.pdf": [
        Row(f"{ONE}/minutes.pdf", "trd"),
        Row(f"{ONE}/signed.pdf", "trd"),
        Row(f"{ONE}/other.pdf", ""),
    ],
    "desk/<slug:edition>/jury/<uuid:deliberation>/step/<slug:verb>/": [
        Row(f"{ONE}/step/freeze/", "rd", "POST"),
        Row(f"{ONE}/step/nothing/", "", "POST"),
    ],
}
