"""The rows of the access matrix that belong to peer assessment: those of learners, then those of the desk."""

from tests.policy.roles import Row

PEER = "/desk/{assessed}/peer/cas"
PEERS = "/e/{assessed}/peer"

ROWS: dict[str, list[Row]] = {
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/": [
        Row(f"{PEERS}/fr/cas/", "l"),
        Row(f"{PEERS}/fr/quiz/", ""),
        Row("/e/{edition}/peer/fr/cas/", ""),  # the team grades
    ],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/next/": [Row(f"{PEERS}/fr/cas/next/", "l", "POST")],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/self/": [
        Row(f"{PEERS}/fr/cas/self/", "l"),
        Row(f"{PEERS}/fr/cas/self/", "l", "POST"),
    ],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/training/<str:exemplar>/": [
        Row(f"{PEERS}/fr/cas/training/modele/", "l"),
        Row(f"{PEERS}/fr/cas/training/modele/", "l", "POST"),
        Row(f"{PEERS}/fr/cas/training/nothing/", ""),
    ],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/result/": [
        Row(f"{PEERS}/fr/cas/result/", "l"),
        Row("/e/{edition}/peer/fr/cas/result/", ""),
    ],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/result/appeal/": [
        Row(f"{PEERS}/fr/cas/result/appeal/", "l", "POST"),
    ],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/case/": [
        Row(f"{PEERS}/fr/cas/case/", "l"),
        Row(f"{PEERS}/fr/cas/case/", "l", "POST"),
        Row("/e/{edition}/peer/fr/cas/case/", ""),
    ],
    "e/<slug:edition>/peer/review/<uuid:review>/": [
        Row(f"{PEERS}/review/{{lease}}/", "l"),
        Row(f"{PEERS}/review/{{lease}}/", "l", "POST"),
        Row(f"{PEERS}/review/{{assessment}}/", ""),  # of their own copy
    ],
    "e/<slug:edition>/peer/review/<uuid:review>/flag/": [
        Row(f"{PEERS}/review/{{lease}}/flag/", "l", "POST"),
        Row(f"{PEERS}/review/{{assessment}}/flag/", "", "POST"),  # results are not told
    ],
    "e/<slug:edition>/peer/review/<uuid:review>/rate/": [Row(f"{PEERS}/review/{{assessment}}/rate/", "", "POST")],
    "e/<slug:edition>/peer/review/<uuid:review>/back/": [Row(f"{PEERS}/review/{{lease}}/back/", "l", "POST")],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/documents/": [
        Row(f"{PEERS}/fr/cas/documents/", "l"),
        Row(f"{PEERS}/fr/cas/documents/", "l", "POST"),
    ],
    "e/<slug:edition>/peer/<lang:language>/<slug:unit>/own/document/<int:number>.pdf": [
        Row(f"{PEERS}/fr/cas/own/document/1.pdf", "l"),
        Row(f"{PEERS}/fr/cas/own/document/2.pdf", ""),
    ],
    "e/<slug:edition>/peer/review/<uuid:review>/document/<int:number>.pdf": [
        Row(f"{PEERS}/review/{{lease}}/document/1.pdf", "l"),
        Row(f"{PEERS}/review/{{assessment}}/document/1.pdf", ""),  # its own author, who may not read through it
    ],
    "e/<slug:edition>/peer/document/<uuid:document>/": [
        Row(f"{PEERS}/document/{{document}}/", "l"),
        Row(f"{PEERS}/document/{{document}}/", "l", "POST"),
        Row(f"{PEERS}/document/{{other_document}}/", ""),
    ],
    "e/<slug:edition>/peer/document/<uuid:document>/remove/": [
        Row(f"{PEERS}/document/{{document}}/remove/", "l", "POST"),
    ],
    "e/<slug:edition>/peer/document/<uuid:document>/original/": [
        Row(f"{PEERS}/document/{{document}}/original/", "td"),
    ],
    "e/<slug:edition>/peer/document/<uuid:document>.pdf": [
        Row(f"{PEERS}/document/{{document}}.pdf", "ltd"),
        Row(f"{PEERS}/document/{{other_document}}.pdf", "td"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/": [
        Row(f"{PEER}/", "td"),
        Row("/desk/{assessed}/peer/quiz/", ""),  # not of a kind that peers assess
        Row("/desk/{edition}/peer/cas/", ""),  # without a rubric: the team grades
    ],
    "desk/<slug:edition>/peer/<slug:unit>/people/": [Row(f"{PEER}/people/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/widen/": [Row(f"{PEER}/widen/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/narrow/": [Row(f"{PEER}/narrow/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/draw/": [Row(f"{PEER}/draw/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/turns/": [Row(f"{PEER}/turns/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/turns/<uuid:submission>/": [
        Row(f"{PEER}/turns/{{assessed_copy}}/", "td"),
        Row(f"{PEER}/turns/{{submission}}/", ""),  # of another edition
        Row(f"{PEER}/turns/{{assessed_copy}}/", "td", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/copies/<uuid:submission>/": [
        Row(f"{PEER}/copies/{{assessed_copy}}/", "td"),
        Row(f"{PEER}/copies/{{submission}}/", ""),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/copies/<uuid:submission>/cancel/": [
        Row(f"{PEER}/copies/{{assessed_copy}}/cancel/", "td", "POST"),
        Row(f"{PEER}/copies/{{submission}}/cancel/", "", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/copies/<uuid:submission>/restore/": [
        Row(f"{PEER}/copies/{{assessed_copy}}/restore/", "td", "POST"),
        Row(f"{PEER}/copies/{{submission}}/restore/", "", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/reviews/<uuid:review>/hide/": [
        Row(f"{PEER}/reviews/{{assessment}}/hide/", "td"),
        Row(f"{PEER}/reviews/{{assessment}}/hide/", "td", "POST"),
        Row(f"{PEER}/reviews/{{nothing}}/hide/", "", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/reviews/<uuid:review>/back/": [
        Row(f"{PEER}/reviews/{{lease}}/back/", "td", "POST"),
        Row(f"{PEER}/reviews/{{nothing}}/back/", "", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/flags/": [Row(f"{PEER}/flags/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/flags/<uuid:flag>/": [
        Row(f"{PEER}/flags/{{flag}}/", "td", "POST"),
        Row(f"{PEER}/flags/{{nothing}}/", "", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/alike/": [Row(f"{PEER}/alike/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/alike/<uuid:pair>/": [
        Row(f"{PEER}/alike/{{pair}}/", "td"),
        Row(f"{PEER}/alike/{{pair}}/", "td", "POST"),
        Row(f"{PEER}/alike/{{nothing}}/", ""),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/cases/": [Row(f"{PEER}/cases/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/cases/new/<uuid:submission>/": [
        Row(f"{PEER}/cases/new/{{assessed_copy}}/", "td"),
        Row(f"{PEER}/cases/new/{{submission}}/", ""),
        Row(f"{PEER}/cases/new/{{assessed_copy}}/", "td", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/cases/<uuid:case>/": [
        Row(f"{PEER}/cases/{{case}}/", "td"),
        Row(f"{PEER}/cases/{{nothing}}/", ""),
        Row(f"{PEER}/cases/{{case}}/", "td", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/appeals/": [Row(f"{PEER}/appeals/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/appeals/<uuid:appeal>/": [
        Row(f"{PEER}/appeals/{{appeal}}/", "td"),
        Row(f"{PEER}/appeals/{{nothing}}/", ""),
        Row(f"{PEER}/appeals/{{appeal}}/", "td", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/terms/": [Row(f"{PEER}/terms/", "td"), Row(f"{PEER}/terms/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/terms/confirm/": [Row(f"{PEER}/terms/confirm/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/dates/": [Row(f"{PEER}/dates/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/rubric/": [Row(f"{PEER}/rubric/", "td")],
    "desk/<slug:edition>/peer/<slug:unit>/rubric/words/<lang:language>/": [
        Row(f"{PEER}/rubric/words/fr/", "td"),
        Row(f"{PEER}/rubric/words/fr/", "td", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/rubric/unword/": [Row(f"{PEER}/rubric/unword/", "td", "POST")],
    "desk/<slug:edition>/peer/<slug:unit>/rubric/scoring/": [
        Row(f"{PEER}/rubric/scoring/", "td"),
        Row(f"{PEER}/rubric/scoring/", "td", "POST"),
    ],
    "desk/<slug:edition>/peer/<slug:unit>/rubric/scoring/confirm/": [
        Row(f"{PEER}/rubric/scoring/confirm/", "td", "POST")
    ],
}
