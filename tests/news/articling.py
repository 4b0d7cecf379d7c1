"""What the tests of the news put on stage: articles, and pictures to show in them."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import slugify
from PIL import Image

from preau.accounts.models import Person
from preau.common.ids import new_id
from preau.courses.models import Course
from preau.news import articles
from preau.news.articles import Wish, Words
from preau.news.models import Article, ArticleText, Picture
from tests import cast

FR = Words("La rentrée", "Ce qui change.", "Un **texte**.")
EN = Words("A new term", "What changes.", "A **text**.")


def picture(width: int = 1000, height: int = 500, *, form: str = "JPEG", **more: Any) -> bytes:
    """The bytes of a picture."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), (31, 92, 77)).save(target, form, **more)
    return target.getvalue()


def wish(texts: Mapping[str, Words] | None = None, **more: Any) -> Wish:
    """What an article is to be."""
    return Wish({"fr": FR, "en": EN} if texts is None else texts, more.pop("authors", "Tom Roy"), **more)


def made(by: Person, now: datetime, texts: Mapping[str, Words] | None = None, **more: Any) -> Article:
    """A draft, through the real action."""
    act = cast.an_act("article.write", {"n": str(new_id())}, now)
    return Article.objects.get(pk=articles.make(act=act, by=by, wish=wish(texts, **more), now=now)["article"])


def published(title: str, at: datetime, *, language: str = "fr", course: Course | None = None, **more: Any) -> Article:
    """An article that shows since `at`; of it, `more` is its words and its picture."""
    row = Article.objects.create(
        slug=more.pop("slug", slugify(title)),
        course=course,
        authors="Tom Roy",
        made_at=at,
        edited_at=at,
        published_at=at,
        picture=more.pop("picture", None),
    )
    words = {"lead": f"De quoi parle {title}.", "body": "Du texte.", **more}
    ArticleText.objects.create(article=row, language=language, title=title, **words)
    return row


def kept(number: int = 0, now: datetime = cast.MONDAY) -> Picture:
    """A picture as a row, without its files."""
    name = f"ab/ab{number:062}"
    return Picture.objects.create(file=f"{name}.jpg", small=f"{name}0.jpg", width=1600, height=800, added_at=now)
