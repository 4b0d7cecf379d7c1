"""Articles for the access matrix: one that shows, one that will, two drafts."""

from datetime import datetime, timedelta
from typing import Any

from preau.news.models import Article
from tests.news import articling


def written(now: datetime) -> dict[str, Any]:
    """Their addresses, and the id of a draft."""
    out = articling.published("Paru", now - timedelta(days=1))
    later = articling.published("Demain", now + timedelta(days=1))
    hidden, draft = (articling.published(title, now) for title in ("Caché", "Brouillon"))
    Article.objects.filter(pk__in=[hidden.pk, draft.pk]).update(published_at=None)
    slugs = {"article_out": out.slug, "article_later": later.slug, "article_hidden": hidden.slug}
    return {**slugs, "article_draft": draft.pk}
