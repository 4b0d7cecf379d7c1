"""A track's conditions in words, with the numbers that decide."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.grades import rules
from preau.grades.rules import NeedState
from preau.grades.tracks import Need

register = template.Library()

KINDS = {
    "quiz": lambda: _("the quizzes"),
    "exam": lambda: _("the exam"),
    "assignment": lambda: _("the assignments"),
}
SCOPES = {"core": lambda: _("the core"), "elective": lambda: _("the electives"), "all": lambda: _("the whole course")}


@register.filter
def need_words(state: NeedState) -> str:
    """What a condition asks."""
    return asked(state.need)


def asked(need: Need) -> str:
    """The same of a condition alone."""
    what = KINDS.get(need.what, lambda: need.what)()
    least = shown(need.threshold)
    if need.verb == "mean":
        return _("Mean of {what} over {scope}: at least {least}").format(
            what=what, scope=SCOPES[need.of](), least=_("{number}%").format(number=least)
        )
    if need.verb == "score":
        return _("Score at {what}: at least {least}").format(what=what, least=_("{number}%").format(number=least))
    if need.verb == "passed":
        count = int(need.threshold)
        return ngettext("{count} module passed among {scope}", "{count} modules passed among {scope}", count).format(
            count=count, scope=SCOPES.get(need.what, SCOPES["all"])()
        )
    return _("Every review that is owed is written")


@register.filter
def need_figures(state: NeedState) -> str:
    """Its figures: as known now, at worst, at best."""
    if state.need.verb == "reviews":
        return ngettext("{count} review owed", "{count} reviews owed", state.owed).format(count=state.owed)
    unit = "{number}" if state.need.verb == "passed" else _("{number}%")
    worst, best = (unit.format(number=shown(value, state.threshold)) for value in (state.worst, state.best))
    if state.now is None:
        return _("no result yet; at best {best}").format(best=best)
    now = unit.format(number=shown(state.now, state.threshold))
    if state.settled:
        return _("{now}, final").format(now=now)
    return _("{now} so far; at worst {worst}, at best {best}").format(now=now, worst=worst, best=best)


@register.filter
def needed_mean(mean: float) -> str:
    """A mean that is still needed, upwards: who scores what is shown has enough."""
    exact = rules.shown_needed(mean)
    return _("{number}%").format(number=number_format(exact, decimal_pos=0 if exact == int(exact) else 1))


def shown(value: float, threshold: float | None = None) -> str:
    """A figure that never contradicts the decision, without an idle decimal."""
    exact = rules.shown(value, threshold)
    return number_format(exact, decimal_pos=0 if exact == int(exact) else 1)
