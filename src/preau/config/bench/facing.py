"""A public site to measure: an article with a picture, words of a learner, compiled. Returns the addresses."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.utils import timezone
from PIL import Image

from preau.accounts.models import Person
from preau.audit import acts
from preau.common.ids import new_id
from preau.courses.models import Course
from preau.news import articles, pictures, site
from preau.news.models import Article, Testimonial
from preau.simulation import public_words as words


def run() -> dict[str, Any]:
    """Made once however often it is asked for."""
    now = timezone.now()
    course = Course.objects.filter(editions__visibility="public").order_by("slug").first()
    assert course is not None
    if not Article.objects.exists():
        _fill(course)
    site.refresh(now=now)
    first = Article.objects.earliest("published_at")
    return {"home": "/fr/", "course": f"/fr/courses/{course.slug}/", "article": f"/fr/news/{first.slug}/"}


def _fill(course: Course) -> None:
    now = timezone.now() - timedelta(days=1)
    by = Person.objects.create_user("editor@bench.example", None, name="Ana")
    head = pictures.keep(_photograph(), by=by, now=now)
    for slug, texts in words.ARTICLES.items():
        said = {code: articles.Words(*parts, alternative="Une cour d’école.") for code, parts in texts.items()}
        wish = articles.Wish(said, words.AUTHORS, course, slug, head)
        made = articles.make(act=_act(), by=by, wish=wish, now=now)
        row = Article.objects.get(pk=UUID(made["article"]))
        articles.publish(act=_act(), by=by, article=row, at=None, seen=articles.stamp(row), now=now)
    for n, (language, text, about) in enumerate(words.VOICES):
        said_by = Person.objects.create_user(f"voice-{n}@bench.example", None, name="Ana")
        shown = {"name": "Ana", "about": about, "wording": "Oui.", "given_at": now, "shown_at": now}
        Testimonial.objects.create(course=course, person=said_by, language=language, text=text, **shown)


def _photograph() -> bytes:
    """Noise over a slope, as hard to pack as a picture of a camera."""
    slope = Image.linear_gradient("L").resize((1600, 1000))
    noise = Image.effect_noise((1600, 1000), 24)
    target = BytesIO()
    Image.blend(slope, noise, 0.25).convert("RGB").save(target, "JPEG", quality=90)
    return target.getvalue()


def _act() -> acts.Act:
    return acts.Act(new_id(), "bench", {}, received_at=timezone.now())
