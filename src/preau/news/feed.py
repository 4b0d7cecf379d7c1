"""The news as an Atom 1.0 feed (RFC 4287), one for each language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.news import article_reading
from preau.news.article_reading import Told

ENTRIES = 30
TYPE = "application/atom+xml; charset=utf-8"


class Feed(Atom1Feed):
    """Atom whose entries say their own language: an article may be in one only."""

    def item_attributes(self, item: Mapping[str, Any]) -> dict[str, str]:
        return {"xml:lang": str(item["language"])}


def atom(language: str, *, now: datetime) -> bytes:
    """The newest articles, with their leads."""
    site = settings.SITE_URL
    with override(language):
        feed = Feed(
            title=_("{site}: the news").format(site=settings.SITE_NAME),
            link=f"{site}/{language}/news/",
            description=_("What is new, course after course."),
            language=language,
            author_name=settings.SITE_NAME,
            feed_url=f"{site}/{language}/news/feed.atom",
        )
        for one in article_reading.latest(language, ENTRIES, now=now):
            _entry(feed, one)
    return feed.writeString("utf-8").encode()


def _entry(feed: Feed, one: Told) -> None:
    row = one.article
    assert row.published_at is not None
    feed.add_item(
        title=one.text.title,
        link=f"{settings.SITE_URL}{one.address}",
        description=escape(one.text.lead),  # the summary is said to be HTML
        author_name=row.authors,
        pubdate=row.published_at,
        updateddate=max(row.edited_at, row.published_at),
        unique_id=f"urn:uuid:{one.text.pk}",
        language=one.text.language,
    )
