"""What a learner's path says: the answer to "will I pass?", what is at stake, weeks and lengths, in the language in
force."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from preau.common.templatetags.preau import hours
from preau.grades.templatetags.needs import KINDS, SCOPES, need_words
from preau.grades.tracks import Need
from preau.home.stakes import Ask, Stake, Verdict
from preau.home.weeks import Load

REMAIN: Mapping[str, Callable[[int], str]] = {
    "quiz": lambda n: ngettext("the quiz that remains", "the {number} quizzes that remain", n),
    "exam": lambda n: ngettext("the exam that remains", "the {number} exams that remain", n),
    "assignment": lambda n: ngettext("the assignment that remains", "the {number} assignments that remain", n),
}
STATES = {
    "done": gettext_noop("done"),
    "kept": gettext_noop("kept from an earlier edition"),
    "handed": gettext_noop("handed in, its result is to come"),
    "begun": gettext_noop("begun"),
    "soon": gettext_noop("due soon"),
    "todo": gettext_noop("to do"),
    "late": gettext_noop("deadline passed"),
    "locked": gettext_noop("not open yet"),
    "excused": gettext_noop("excused: it does not count for you"),
    "owed": gettext_noop("reviews are waiting for you"),
}


def answer(found: Verdict, titles: Mapping[str, str], *, over: bool) -> str:
    """Will I pass, in one sentence or two that say what to do; `titles` of units by key, `over`: the edition closed."""
    if found.answer == "done":
        return _("Yes, it is done: nothing that is still to come can take it away.")
    if found.answer == "refused":
        lost = _listed(need_words(state) for state in found.lost)
        if over:
            return _("This track was not reached: {conditions}.").format(conditions=lost)
        return _("Not on this track any more. Out of reach: {conditions}.").format(conditions=lost)
    said = []
    if found.asks:
        said.append(_("It is within reach: {asked}.").format(asked=_listed(ask(one, titles) for one in found.asks)))
    if found.to_come:
        said.append(_("Everything depends on the reviews too: write each one that you will be asked for."))
    return " ".join(said)


def ask(one: Ask, titles: Mapping[str, str]) -> str:
    """What one need still asks."""
    need = one.need
    if need.verb == "reviews":
        said = ngettext("the review that you owe", "the {number} reviews that you owe", one.count)
        return said.format(number=one.count)
    if need.verb == "passed":
        said = ngettext("{number} more module passed in {scope}", "{number} more modules passed in {scope}", one.count)
        return said.format(number=one.count, scope=SCOPES.get(need.what, SCOPES["all"])())
    if need.verb == "score":
        said = _("{percent} at {what}") if one.units <= 1 else _("{percent} once, at {what}")
        return said.format(percent=percent(one.mean), what=named(need, titles))
    what = REMAIN.get(need.what, _others)(one.units).format(number=one.units)
    if need.of != "all":
        what = _("{what} in {scope}").format(what=what, scope=SCOPES[need.of]())
    if one.waiting:
        waiting = ngettext("{number} is done and waits for its result", "{number} are done and wait", one.waiting)
        what = f"{what} ({waiting.format(number=one.waiting)})"
    if one.units == 1:
        said = _("{percent} at {what}")
    else:
        said = _("{percent} on average over {what}") if one.even else _("{percent} at each of {what}")
    return said.format(percent=percent(one.mean), what=what)


def _others(count: int) -> str:
    return ngettext("the activity that remains", "the {number} activities that remain", count)


def named(need: Need, titles: Mapping[str, str]) -> str:
    """What a need reckons with: a kind of units, or one by its title."""
    return KINDS[need.what]() if need.what in KINDS else titles.get(need.what, need.what)


def stake(one: Stake, titles: Mapping[str, str]) -> str:
    """What a unit weighs in one need."""
    asked = percent(one.asked)
    if one.need.verb == "mean":
        said = _("counts for {share} of the mean of {what} ({asked} asked)")
        said = said.format(share=percent(one.share), what=named(one.need, titles), asked=asked)
    elif one.need.verb == "passed":
        count = int(one.need.threshold)
        module = _("counts for {share} of its module, passed from {asked}").format(
            share=percent(one.share), asked=asked
        )
        among = ngettext("your track asks for {number} in {scope}", "your track asks for {number} in {scope}", count)
        scope = SCOPES.get(one.need.what, SCOPES["all"])()
        said = f"{module}; {among.format(number=count, scope=scope)}"
    elif one.best_of > 1:
        said = _("the best of {number} counts: {asked} asked").format(number=one.best_of, asked=asked)
    else:
        said = _("{asked} asked by your track").format(asked=asked)
    return _("{stake}: reached").format(stake=said) if one.reached else said


def at_stake(found: Iterable[Stake], titles: Mapping[str, str], *, graded: bool) -> list[str]:
    """All that is at stake in a unit."""
    return [stake(one, titles) for one in found] or [
        _("graded, but not asked for by your track") if graded else _("not graded")
    ]


def percent(value: Decimal | float | None) -> str:
    """A share, with a decimal where it has one."""
    exact = Decimal(repr(value)) if isinstance(value, float) else value or Decimal(0)
    short = round(exact, 1)
    return _("{number}%").format(number=number_format(short, decimal_pos=0 if short == int(short) else 1))


def week(number: int, monday: date) -> str:
    """What a week is called: its number in the edition, and its days."""
    first, last = (date_format(at, pgettext("date format", "j F")) for at in (monday, monday + timedelta(days=6)))
    if number < 1:
        return _("Before the opening, {first} to {last}").format(first=first, last=last)
    return _("Week {number}, {first} to {last}").format(number=number, first=first, last=last)


def this_week(load: Load) -> str:
    """How much this week is, and how much of it is done; "" when nobody said how long anything takes."""
    if load.core and load.done:
        return _("This week: about {hours}, of which {done} done.").format(
            hours=hours(load.core), done=hours(load.done)
        )
    return _("This week: about {hours}.").format(hours=hours(load.core)) if load.core else ""


def electives(load: Load) -> str:
    """The same of a week's electives."""
    if load.elective and load.elective_done:
        said = _("Electives of this week: about {hours} more, of which {done} done.")
        return said.format(hours=hours(load.elective), done=hours(load.elective_done))
    more = _("Electives of this week: about {hours} more.")
    return more.format(hours=hours(load.elective)) if load.elective else ""


def _listed(parts: Iterable[str]) -> str:
    """« a, b et c »."""
    each = list(parts)
    if len(each) < 2:
        return "".join(each)
    return _("{first} and {last}").format(first=", ".join(each[:-1]), last=each[-1])
