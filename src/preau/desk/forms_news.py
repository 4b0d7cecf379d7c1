"""Forms of the news: an article in each language, a picture that comes to it, when it is published."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preau.common.text import one_line
from preau.desk.access_news import Editor
from preau.desk.forms import LocalTime, ZonedForm
from preau.news import article_markdown, article_reading, articles, pictures
from preau.news.models import Article as Row

CODES = [code for code, _name in settings.LANGUAGES]
SITE = ""  # no course: the site itself
FIELDS = ("title", "lead", "body", "alternative")
MARKDOWN = gettext_lazy(
    "Markdown: ## heading, **bold**, lists, tables, [a link](https://…). A picture is written ![what is seen]"
    "(picture:…): add it below."
)


class Find(forms.Form):
    """Which articles the list shows."""

    q = forms.CharField(label=gettext_lazy("Words"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("Every one")),
            ("draft", gettext_lazy("Drafts")),
            ("scheduled", gettext_lazy("Scheduled")),
            ("published", gettext_lazy("On the site")),
        ],
        required=False,
    )


class Article(forms.Form):
    """What `articles.Wish` holds. `seen` says which words were looked at, `head` which picture stands at the head."""

    course = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    authors = forms.CharField(
        label=gettext_lazy("Authors, as they are shown"),
        max_length=200,
        help_text=gettext_lazy("Names, with a comma between them."),
    )
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=articles.LONGEST_SLUG,
        required=False,
        help_text=gettext_lazy("The end of its address. Left empty, it is made of the title. It stays once published."),
    )
    head = forms.UUIDField(required=False, widget=forms.HiddenInput)
    headless = forms.BooleanField(label=gettext_lazy("Take the picture at the head away"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, at: Editor, row: Row | None, fixed: bool) -> None:
        super().__init__(data, initial=first(at, row), label_suffix="")
        site = [(SITE, _("the site"))] if at.administers else []
        self.at = at
        courses, spoken = self.fields["course"], get_language() or settings.LANGUAGE_CODE
        assert isinstance(courses, forms.ChoiceField)
        courses.choices = [*site, *((one.slug, one.title(spoken)) for one in at.courses)]
        courses.required = not at.administers  # the site is theirs alone
        if fixed:
            del self.fields["slug"]
        for code in CODES:
            self._add_language(code)

    def _add_language(self, code: str) -> None:
        area = {"rows": 18, "lang": code, "data-autosave": ""}
        for name, label, most, widget in (
            ("title", _("Title"), 160, forms.TextInput(attrs={"lang": code})),
            ("lead", _("Lead: what it says in two sentences"), 400, forms.Textarea(attrs={"rows": 3, "lang": code})),
            ("body", _("Text"), article_markdown.LONGEST, forms.Textarea(attrs=area)),
            ("alternative", _("What is seen on the picture at the head"), 300, forms.TextInput(attrs={"lang": code})),
        ):
            said = MARKDOWN if name == "body" else ""
            self.fields[f"{name}-{code}"] = forms.CharField(
                label=label, max_length=most, required=False, widget=widget, help_text=said
            )

    def shared(self) -> list[forms.BoundField]:
        """The fields that are the same in every language and that one sees."""
        return [self[name] for name in ("course", "authors", "slug") if name in self.fields]

    def by_language(self) -> list[dict[str, Any]]:
        """[{code, name, fields}]."""
        names = dict(settings.LANGUAGES)
        return [
            {"code": code, "name": names[code], "fields": [self[f"{name}-{code}"] for name in FIELDS]} for code in CODES
        ]

    def clean(self) -> None:
        """A language that is begun is written whole; pictures are kept ones and have an alternative."""
        texts = self.texts()
        kept = pictures.of(pk for one in texts.values() for pk in article_markdown.named(one.body))
        for code, words in texts.items():
            if words.any:
                for name in ("title", "lead", "body"):
                    if not getattr(words, name) and f"{name}-{code}" not in self.errors:
                        self.add_error(f"{name}-{code}", _("This language is begun: this is wanted too."))
                for fault in article_markdown.faults(words.body, kept):
                    self.add_error(f"body-{code}", fault)

    def texts(self) -> dict[str, articles.Words]:
        """What is written, by language."""
        said = self.cleaned_data
        return {code: articles.Words(*(said.get(f"{name}-{code}", "") for name in FIELDS)) for code in CODES}

    def wish(self) -> articles.Wish:
        """What the article is to be."""
        said = self.cleaned_data
        course = next((one for one in self.at.courses if one.slug == said["course"]), None)
        head = None if said["headless"] or not said["head"] else pictures.of([said["head"]]).get(said["head"])
        return articles.Wish(self.texts(), one_line(said["authors"]), course, said.get("slug", ""), head)


def first(at: Editor, row: Row | None) -> dict[str, Any]:
    """What an article's form begins with."""
    if row is None:
        return {"authors": at.person.name, "seen": ""}
    found: dict[str, Any] = {"course": row.course.slug if row.course else SITE, "authors": row.authors}
    found |= {"slug": row.slug, "head": row.picture_id, "seen": articles.stamp(row)}
    for code, text in article_reading.texts_of(row).items():
        found |= {f"{name}-{code}": getattr(text, name) for name in FIELDS}
    return found


class Added(forms.Form):
    """A picture that comes to an article: at its head, or at the end of its text in a language."""

    file = forms.FileField(
        label=gettext_lazy("Picture (JPEG, PNG or WebP; 10 MB at most)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alternative = forms.CharField(
        label=gettext_lazy("What is seen on it"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For those who do not see it. Read in its place."),
    )
    place = forms.ChoiceField(label=gettext_lazy("Where it goes"))

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, prefix="add", label_suffix="")
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        names = dict(settings.LANGUAGES)
        texts = [(code, _("At the end of the text: {language}").format(language=names[code])) for code in CODES]
        place.choices = [*texts, ("head", _("At the head of the article"))]

    def clean(self) -> None:
        """A file that was asked for, with its alternative."""
        said = self.cleaned_data
        if said.get("file") is None and "file" not in self.errors:
            self.add_error("file", _("Choose a picture first."))
        if not one_line(said.get("alternative", "")) and "alternative" not in self.errors:
            self.add_error("alternative", _("Say in words what is seen: without it, some readers have nothing."))

    def put(self, data: Any, picture: str, language: str) -> Mapping[str, str]:
        """The fields of the article's form that the picture changes."""
        said = self.cleaned_data
        seen, place = one_line(said["alternative"]), said["place"]
        if place == "head":
            alternative = f"alternative-{language}"
            return {"head": picture, alternative: data.get(alternative) or seen}
        body = f"body-{place}"
        return {body: f"{data.get(body, '')}\n\n{article_markdown.written(picture, seen)}".strip()}


class When(ZonedForm):
    """When an article is published; at once where nothing is said."""

    publish_at = LocalTime(label=gettext_lazy("Publish at (empty: at once)"), required=False)
