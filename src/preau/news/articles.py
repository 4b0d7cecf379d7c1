"""Articles written, published, taken down: every change of one. Who may was settled by the desk's door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import clean, one_line
from preau.courses.models import Course
from preau.news import article_markdown, pictures, site
from preau.news.models import Article, ArticleText, Picture

LANGUAGES = [code for code, _name in settings.LANGUAGES]
LONGEST_SLUG = 80
TRIES = 50  # addresses with a number, before the id is taken


@dataclass(frozen=True)
class Words:
    """An article in one language."""

    title: str = ""
    lead: str = ""
    body: str = ""
    alternative: str = ""  # of the picture at its head

    @property
    def any(self) -> bool:
        """Is something written?"""
        return bool(self.title or self.lead or self.body)


@dataclass(frozen=True)
class Wish:
    """What an article is to be; `slug` "" leaves its address as it is, or makes one of the title."""

    texts: Mapping[str, Words]
    authors: str
    course: Course | None = None
    slug: str = ""
    head: Picture | None = None  # the picture above it

    def payload(self) -> dict[str, Any]:
        """As an act keeps it."""
        return {
            "texts": {code: [one.title, one.lead, one.body, one.alternative] for code, one in self.texts.items()},
            "authors": self.authors,
            "course": self.course.slug if self.course else "",
            "slug": self.slug,
            "head": str(self.head.pk) if self.head else "",
        }


def make(*, act: acts.Act, by: Person, wish: Wish, now: datetime) -> acts.Outcome:
    """A draft. Refuses one without words, without an author, or with a picture that has no alternative."""

    def work() -> acts.Outcome:
        row = Article(made_by=by, made_at=now)
        _write(row, wish, by, now)
        return _logged("article.made", row, by, now)

    return acts.once(act, by.pk, work)


def write(*, act: acts.Act, by: Person, article: Article, wish: Wish, seen: str, now: datetime) -> acts.Outcome:
    """Keep what was written; refuses the same, and when somebody changed the article since it was `seen`."""

    def work() -> acts.Outcome:
        row = _as_seen(article, seen)
        _write(row, wish, by, now)
        return _logged("article.written", row, by, now)

    return acts.once(act, by.pk, work)


def _write(row: Article, wish: Wish, by: Person, now: datetime) -> None:
    if not wish.authors.strip():
        raise Refused(_("Say who wrote it."))
    texts = {code: _tidy(wish.texts.get(code, Words())) for code in LANGUAGES}
    _judge(texts, wish.head)
    row.slug = _slug(row, wish.slug, texts, now)
    row.course, row.authors, row.picture = wish.course, one_line(wish.authors)[:200], wish.head
    row.edited_by, row.edited_at = by, now
    row.save()
    for code, words in texts.items():
        if words.any:
            fields = {"title": words.title, "lead": words.lead, "body": words.body, "alternative": words.alternative}
            ArticleText.objects.update_or_create(article=row, language=code, defaults=fields)
        else:
            ArticleText.objects.filter(article=row, language=code).delete()


def _tidy(words: Words) -> Words:
    return Words(
        one_line(words.title)[:160],
        one_line(words.lead)[:400],
        clean(words.body).strip(),
        one_line(words.alternative)[:300],
    )


def _judge(texts: Mapping[str, Words], head: Picture | None) -> None:
    """Refuse what no page may show. Each language has a title, a lead and a text, or nothing."""
    names = dict(settings.LANGUAGES)
    written = {code: words for code, words in texts.items() if words.any}
    if not written:
        raise Refused(_("Nothing is written yet: an article has a title, a lead and a text in one language at least."))
    kept = pictures.of(pk for words in written.values() for pk in article_markdown.named(words.body))
    for code, words in written.items():
        faults = missing(words) or article_markdown.faults(words.body, kept)
        if head is not None and not words.alternative:
            faults = [*faults, _("Say in words what is seen on the picture at the head.")]
        if faults:
            raise Refused(" ".join(f"{names[code]}: {fault}" for fault in faults))


def missing(words: Words) -> list[str]:
    """What a language that is begun still lacks, and what is too much."""
    found = [] if words.title and words.lead and words.body else [_("The title, the lead and the text are wanted.")]
    if len(words.body) > article_markdown.LONGEST:
        found.append(_("The text is longer than {most} characters.").format(most=article_markdown.LONGEST))
    return found


def _slug(row: Article, wanted: str, texts: Mapping[str, Words], now: datetime) -> str:
    """Its address. It stays once the article was out, as others have linked to it; refuses one that is taken."""
    before = taken_down(row) if row.slug else None
    if out(row, now) or (before is not None and before <= now):
        return row.slug
    others = Article.objects.exclude(pk=row.pk)
    asked = slugify(wanted)[:LONGEST_SLUG].strip("-")
    if asked:
        if asked != row.slug and others.filter(slug=asked).exists():
            raise Refused(_("Another article has this address: choose another one."))
        return asked
    if row.slug:
        return row.slug
    titles = [texts[code].title for code in ("fr", *LANGUAGES) if code in texts and texts[code].title]
    first = slugify(titles[0].replace("œ", "oe").replace("Œ", "Oe"))[: LONGEST_SLUG - 4].strip("-") or "article"
    for number in range(1, TRIES):
        found = first if number == 1 else f"{first}-{number}"
        if not others.filter(slug=found).exists():
            return found
    return str(row.pk)


def out(row: Article, now: datetime) -> bool:
    """Does it show?"""
    return row.published_at is not None and row.published_at <= now


def stamp(row: Article | None) -> str:
    """Says which words somebody looked at."""
    return row.edited_at.isoformat() if row is not None and row.edited_at else ""


def publish(
    *, act: acts.Act, by: Person, article: Article, at: datetime | None, seen: str, now: datetime
) -> acts.Outcome:
    """Show it, at once or from a moment that comes. Refuses what is out already, and when somebody changed it since it
    was `seen`."""

    def work() -> acts.Outcome:
        row = _as_seen(article, seen)
        if out(row, now):
            raise Refused(_("It is on the site already."))
        row.published_at = max(at or now, now)
        row.save(update_fields=["published_at"])
        later = row.published_at > now
        verb = "article.scheduled" if later else "article.published"
        return _logged(verb, row, by, now, since=row.published_at.isoformat())

    return acts.once(act, by.pk, work)


def unpublish(*, act: acts.Act, by: Person, article: Article, now: datetime) -> acts.Outcome:
    """Take it off the site, or off its schedule: it is a draft again. The journal keeps when it was published, for
    `put_back`."""

    def work() -> acts.Outcome:
        row = _locked(article)
        if row.published_at is None:
            raise Refused(_("It is not on the site."))
        was, row.published_at = row.published_at, None
        row.save(update_fields=["published_at"])
        site.forget()
        return _logged("article.unpublished", row, by, now, was=was.isoformat())

    return acts.once(act, by.pk, work)


def put_back(*, act: acts.Act, by: Person, article: Article, now: datetime) -> acts.Outcome:
    """Undo `unpublish`: with the date that it had. Refuses what was not taken down."""

    def work() -> acts.Outcome:
        row = _locked(article)
        at = taken_down(row)
        if at is None:
            raise Refused(_("It was not taken down."))
        row.published_at = at
        row.save(update_fields=["published_at"])
        return _logged("article.put_back", row, by, now, since=at.isoformat())

    return acts.once(act, by.pk, work)


def taken_down(row: Article) -> datetime | None:
    """When a draft had been published that was out, or was to be, and was taken down."""
    if row.published_at is not None:
        return None
    lines = journal.about("article", row.pk)
    last = next((line for line in lines if line.verb == "article.unpublished"), None)
    return parse_datetime(last.details["was"]) if last else None


def delete(*, act: acts.Act, by: Person, article: Article, now: datetime) -> acts.Outcome:
    """Delete a draft. Refuses one that is out or scheduled: it is taken down first."""

    def work() -> acts.Outcome:
        row = _locked(article)
        if row.published_at is not None:
            raise Refused(_("Only a draft is deleted: take it off the site first."))
        outcome = _logged("article.deleted", row, by, now, title=_title(row))
        row.delete()
        return outcome

    return acts.once(act, by.pk, work)


def _title(row: Article) -> str:
    titles = dict(row.texts.values_list("language", "title").order_by("language"))
    return next((titles[code] for code in LANGUAGES if code in titles), "")


def _locked(article: Article) -> Article:
    found = Article.objects.select_for_update().filter(pk=article.pk).first()
    if found is None:
        raise Refused(_("This article was deleted meanwhile."))
    return found


def _as_seen(article: Article, seen: str) -> Article:
    row = _locked(article)
    if stamp(row) != seen:
        raise Refused(
            _("Somebody changed this article meanwhile. What you wrote is still below: look at what stands, then save.")
        )
    return row


def _logged(verb: str, row: Article, by: Person, now: datetime, **details: Any) -> acts.Outcome:
    journal.log(verb, by=by.pk, about="article", about_id=row.pk, at=now, slug=row.slug, **details)
    return {"article": str(row.pk)}


def of_id(outcome: acts.Outcome) -> UUID:
    """The article that an act was about."""
    return UUID(outcome["article"])
