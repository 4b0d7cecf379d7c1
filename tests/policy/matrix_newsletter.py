"""The rows of the access matrix about the public site: newsletter."""

from tests.policy.roles import EVERYBODY, SIGNED_IN, Row

ISSUE = "/desk/newsletter/{mailing}"

ROWS: dict[str, list[Row]] = {
    "<lang:language>/newsletter/": [
        Row("/fr/newsletter/", EVERYBODY),
        Row("/fr/newsletter/", EVERYBODY, "POST"),
    ],
    "<lang:language>/newsletter/stop/": [Row("/fr/newsletter/stop/", SIGNED_IN, "POST")],
    "<lang:language>/newsletter/<uuid:mailing>/": [
        Row("/fr/newsletter/{issue_sent}/", EVERYBODY),
        Row("/fr/newsletter/{mailing}/", ""),  # a draft
        Row("/fr/newsletter/{nothing}/", ""),
    ],
    "newsletter/<str:token>/": [
        Row("/newsletter/{subscriber}/", EVERYBODY),
        Row("/newsletter/{subscriber}/", EVERYBODY, "POST"),
        Row("/newsletter/nobody/", ""),
    ],
    "desk/newsletter/": [Row("/desk/newsletter/", "d")],
    "desk/newsletter/new/": [Row("/desk/newsletter/new/", "d"), Row("/desk/newsletter/new/", "d", "POST")],
    "desk/newsletter/<uuid:mailing>/": [
        Row(f"{ISSUE}/", "d"),
        Row(f"{ISSUE}/", "d", "POST"),
        Row("/desk/newsletter/{nothing}/", ""),
    ],
    "desk/newsletter/<uuid:mailing>/try/": [Row(f"{ISSUE}/try/", "d", "POST")],
    "desk/newsletter/<uuid:mailing>/send/": [Row(f"{ISSUE}/send/", "d", "POST")],
    "desk/newsletter/<uuid:mailing>/stop/": [Row(f"{ISSUE}/stop/", "d", "POST")],
    "desk/newsletter/<uuid:mailing>/delete/": [Row(f"{ISSUE}/delete/", "d", "POST")],
}
