"""The rows of the access matrix about the public site: news."""

from tests.policy.roles import EVERYBODY, Row

DESK = "/desk/news/{article_draft}/"

ROWS: dict[str, list[Row]] = {
    "<lang:language>/news/": [Row("/fr/news/", EVERYBODY)],
    "<lang:language>/news/feed.atom": [Row("/fr/news/feed.atom", EVERYBODY)],
    "<lang:language>/news/<slug:slug>/": [
        Row("/fr/news/{article_out}/", EVERYBODY),
        Row("/fr/news/{article_hidden}/", ""),
        Row("/fr/news/{article_later}/", ""),
        Row("/fr/news/nowhere/", ""),
    ],
    "<lang:language>/search/": [Row("/fr/search/?q=cours", EVERYBODY)],
    "desk/news/": [Row("/desk/news/", "d")],  # and who teaches the whole of a course: tests/desk/test_news_pages.py
    "desk/news/new/": [Row("/desk/news/new/", "d"), Row("/desk/news/new/", "d", "POST")],
    "desk/news/<uuid:article>/": [
        Row(DESK, "d"),
        Row(DESK, "d", "POST"),
        Row("/desk/news/{nothing}/", ""),
    ],
    "desk/news/<uuid:article>/preview/<lang:code>/": [
        Row(f"{DESK}preview/fr/", "d"),
        Row("/desk/news/{nothing}/preview/fr/", ""),
    ],
    "desk/news/<uuid:article>/publish/": [
        Row(f"{DESK}publish/", "d", "POST", form=(("publish_at", "never"),)),
        Row("/desk/news/{nothing}/publish/", "", "POST"),
    ],
    "desk/news/<uuid:article>/unpublish/": [
        Row(f"{DESK}unpublish/", "d", "POST"),
        Row("/desk/news/{nothing}/unpublish/", "", "POST"),
    ],
    "desk/news/<uuid:article>/put-back/": [
        Row(f"{DESK}put-back/", "d", "POST"),
        Row("/desk/news/{nothing}/put-back/", "", "POST"),
    ],
    "desk/news/<uuid:article>/delete/": [
        Row(f"{DESK}delete/", "d", "POST"),  # without an act's id: nothing is deleted
        Row("/desk/news/{nothing}/delete/", "", "POST"),
    ],
}
