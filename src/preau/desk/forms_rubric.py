"""Forms of a rubric: its words in one language, and another scoring in all of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common.text import clean, one_line
from preau.desk.forms_peer import LONGEST, long
from preau.peer import revising
from preau.peer.revising import Scoring, Words
from preau.peer.rubric import COMMENTS, MOST_CRITERIA, MOST_LEVELS, Comment, Criterion, Rubric


def places(rubric: Rubric) -> Iterator[tuple[int, int, Criterion]]:
    """(criterion, level, the criterion) of every level of a rubric."""
    for place, one in enumerate(rubric.criteria):
        for number in range(len(one.levels)):
            yield place, number, one


class Reword(forms.Form):
    """The words of a rubric in one language, a field for each."""

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        self.fields["title"] = _short(_("Title of the rubric"), rubric.title, required=False)
        for place, one in enumerate(rubric.criteria):
            self.fields[f"c{place}"] = _short(_("Title"), one.title)
            self.fields[f"c{place}-d"] = _words(_("Description"), one.description)
            for number, level in enumerate(one.levels):
                self.fields[f"c{place}-l{number}"] = _short(_("Level"), level.title)
                self.fields[f"c{place}-l{number}-d"] = _words(_("Description of the level"), level.description)
            self.fields[f"c{place}-m"] = _words(_("A model answer"), one.model, rows=4)

    def groups(self) -> list[tuple[Criterion, list[forms.BoundField]]]:
        """The fields of each criterion, for the page."""
        return [
            (one, [self[name] for name in self.fields if name.partition("-")[0] == f"c{place}"])
            for place, one in enumerate(self.rubric.criteria)
        ]

    def reworded(self) -> Rubric:
        """The rubric in these words."""
        said = {name: clean(str(value)).strip() for name, value in self.cleaned_data.items()}
        titles = {(-1, -1): said["title"]}
        descriptions, models = {}, {}
        for place in range(len(self.rubric.criteria)):
            titles[place, -1], descriptions[place, -1] = said[f"c{place}"], said[f"c{place}-d"]
            models[place] = said[f"c{place}-m"]
        for place, number, _one in places(self.rubric):
            titles[place, number] = said[f"c{place}-l{number}"]
            descriptions[place, number] = said[f"c{place}-l{number}-d"]
        return revising.reworded(self.rubric, Words(titles, descriptions, models))


def _short(label: str, first: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, initial=first, max_length=200, **kwargs)


def _words(label: str, first: str, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, initial=first, max_length=LONGEST, required=False, widget=widget)


class Rescore(forms.Form):
    """Another scoring: points, comments, criteria that go, one that comes; in every language of the rubric."""

    reason = long(gettext_lazy("Reason, read by those whose assessment it touches"), 3)

    def __init__(self, *args: Any, words: Mapping[str, Rubric], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words, self.language, self.rubric = words, language, words[language]
        asked = {"none": _("no comment"), "optional": _("a comment if they wish"), "required": _("a comment required")}
        for place, one in enumerate(self.rubric.criteria):
            for number, level in enumerate(one.levels):
                self.fields[f"c{place}-l{number}"] = _points(level.title, level.points)
            self.fields[f"c{place}-comment"] = forms.ChoiceField(
                label=_("Comment"), initial=one.comment, choices=[(key, asked[key]) for key in COMMENTS]
            )
            self.fields[f"c{place}-gone"] = forms.BooleanField(label=_("Remove this criterion"), required=False)
        for code in words:
            self.fields[f"new-{code}"] = _short(_("Title of a criterion to add"), "", required=False)
            self.fields[f"new-{code}-levels"] = _words(_("Its levels, one a line: “points: title — description”"), "")
        self.order_fields([name for name in self.fields if name != "reason"])

    def groups(self) -> list[tuple[Criterion, list[forms.BoundField]]]:
        """The fields of each criterion, for the page."""
        return [
            (one, [self[name] for name in self.fields if name.partition("-")[0] == f"c{place}"])
            for place, one in enumerate(self.rubric.criteria)
        ]

    def added(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the criterion to add, by language."""
        return [(code, [self[f"new-{code}"], self[f"new-{code}-levels"]]) for code in self.words]

    def clean(self) -> None:
        titled = [code for code in self.words if self.cleaned_data.get(f"new-{code}")]
        self.new: dict[str, Criterion] = {}
        if titled and len(titled) < len(self.words):
            lacking = next(code for code in self.words if code not in titled)
            self.add_error(f"new-{lacking}", _("A criterion is added in every language of the rubric."))
        elif titled:
            self._read_added(list(self.words))
        left = len(self.rubric.criteria) - len(self._scoring().removed) + bool(self.new)
        if not 1 <= left <= MOST_CRITERIA:
            self.add_error(None, _("A rubric has from 1 to {n} criteria.").format(n=MOST_CRITERIA))
        elif not self.errors and self.rescored()[next(iter(self.words))].most <= 0:
            self.add_error(None, _("Its best levels would give 0 points: nobody could have a grade."))

    def _read_added(self, languages: Sequence[str]) -> None:
        taken = [one.id for one in self.rubric.criteria]
        key = revising.criterion_id(self.cleaned_data[f"new-{languages[0]}"], taken)
        for code in languages:
            try:
                levels = revising.levels_of(self.cleaned_data.get(f"new-{code}-levels") or "")
            except ValueError as error:
                said = _("This line cannot be read: {line}").format(line=error)
                self.add_error(f"new-{code}-levels", said)
                return
            if not 2 <= len(levels) <= MOST_LEVELS:
                said = _("A criterion has from 2 to {n} levels.").format(n=MOST_LEVELS)
                self.add_error(f"new-{code}-levels", said)
                return
            self.new[code] = Criterion(key, one_line(self.cleaned_data[f"new-{code}"]), levels)
        if len({tuple(level.points for level in one.levels) for one in self.new.values()}) > 1:
            self.add_error(None, _("The new criterion does not have the same points in every language."))

    def _scoring(self) -> Scoring:
        said = self.cleaned_data
        points = {
            (place, number): float(said[f"c{place}-l{number}"])
            for place, number, _one in places(self.rubric)
            if said.get(f"c{place}-l{number}") is not None
        }
        comments: dict[int, Comment] = {
            place: said[f"c{place}-comment"]
            for place in range(len(self.rubric.criteria))
            if said.get(f"c{place}-comment")
        }
        gone = {place for place in range(len(self.rubric.criteria)) if said.get(f"c{place}-gone")}
        return Scoring(points, comments, frozenset(gone))

    def rescored(self) -> dict[str, Rubric]:
        """The rubric with this scoring, by language."""
        scoring = self._scoring()
        return {
            code: revising.rescored(one, scoring, [self.new[code]] if code in self.new else [])
            for code, one in self.words.items()
        }


def _points(title: str, first: float) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(label=title, initial=f"{first:g}", min_value=0, max_value=10_000, widget=widget)
