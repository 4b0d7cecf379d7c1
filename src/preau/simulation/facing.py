"""What the public site of a sample world shows: two articles, what some who passed say, who takes part; some readers of
the newsletter."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from preau.accounts.models import Person
from preau.audit import acts
from preau.common.ids import new_id
from preau.courses.models import Course
from preau.news import articles, partners, subscribing, voices
from preau.news.models import Article, Testimonial, Visits
from preau.simulation import public_words as words

READERS = 3  # of the newsletter, among those who speak
DAYS = 30  # of readers of the site


def show(course: Course, *, speakers: Sequence[Person], by: Person, now: datetime) -> None:
    """Everything of it; `speakers` passed the course."""
    for days, (slug, texts) in zip((24, 3), words.ARTICLES.items(), strict=True):
        _article(course, slug, texts, by, now - timedelta(days=days))
    _voices(course, speakers, by, now)
    for name, country, part in words.PARTNERS:
        wish = partners.Wish(name, "", country, part, None)
        partners.add(act=_act(now), course=course, wish=wish, by=by, now=now)
    Visits.objects.bulk_create(_visits(course, now))
    for person in speakers[:READERS]:
        wished = subscribing.Wish(person.language, course)
        subscribing.ask(act=_act(now), by=person, wish=wished, now=now)


def _article(course: Course, slug: str, texts: words.Texts, by: Person, now: datetime) -> None:
    said = {code: articles.Words(*parts) for code, parts in texts.items()}
    wish = articles.Wish(said, words.AUTHORS, course, slug)
    made = articles.make(act=_act(now), by=by, wish=wish, now=now)
    row = Article.objects.get(pk=UUID(made["article"]))
    articles.publish(act=_act(now), by=by, article=row, at=None, seen=articles.stamp(row), now=now)


def _visits(course: Course, now: datetime) -> Iterator[Visits]:
    """A month of readers: more on Mondays, most of them on phones, some from elsewhere."""
    pages = {"/fr/": 40, f"/fr/courses/{course.slug}/": 25, "/fr/news/": 9, "/en/": 6}
    for back in range(DAYS):
        day = (now - timedelta(days=back)).date()
        for path, n in pages.items():
            much = n + (n // 2 if day.weekday() == 0 else 0) + (7 * back + n) % 11
            yield Visits(day=day, path=path, device="phone", n=2 * much)
            yield Visits(day=day, path=path, source=words.SOURCES[back % len(words.SOURCES)], n=much)


def _voices(course: Course, speakers: Sequence[Person], by: Person, now: datetime) -> None:
    for person, (language, text, about) in zip(speakers, words.VOICES, strict=False):
        said = voices.Words(text, person.name.split(" ")[0], about, language)
        outcome = voices.say(act=_act(now), by=person, course=course, words=said, now=now)
        row = Testimonial.objects.get(pk=UUID(outcome["testimonial"]))
        if about != words.UNREAD:
            voices.show(act=_act(now), row=row, shown=True, by=by, now=now)


def _act(now: datetime) -> acts.Act:
    return acts.Act(new_id(), "simulated", {}, received_at=now)
