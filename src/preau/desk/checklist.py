"""What to look at before an edition opens: small checks over values, each with what to do and where.

No check reads the database: `readiness` gathers the facts. Nothing here forbids anything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.common import languages

NAMED = 5  # examples that a problem names
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Text:
    """A unit in one language. `links` lead nowhere in the course; `video` is a file of the course, `captions` the
    languages in which it has subtitles, `automatic` those that a machine wrote and nobody has reviewed; `elsewhere`:
    the video is on another site."""

    key: str
    title: str
    language: str
    links: tuple[str, ...] = ()
    video: str = ""
    captions: frozenset[str] = frozenset()
    automatic: frozenset[str] = frozenset()
    elsewhere: bool = False


@dataclass(frozen=True)
class Dated:
    """A unit with its dates; `graded` when it counts."""

    key: str
    title: str
    opens: datetime
    due: datetime | None
    graded: bool


@dataclass(frozen=True)
class Assessed:
    """An assignment that peers assess; `comments` says that its rubric asks for words somewhere."""

    key: str
    title: str
    reviews_due: datetime | None
    results: datetime | None
    exemplars: int
    comments: bool


@dataclass(frozen=True)
class Facts:
    """What is known of an edition. `silent` are units with questions that explain nothing, and how many; `speaking` the
    languages that an approved volunteer speaks; `papers` what certificates still lack, by track; `feasts` the public
    holidays on which something falls, each in a sentence; `after_jury` by track, what counts and ends after its
    deliberation."""

    slug: str
    now: datetime
    enrols_at: datetime
    opens_at: datetime
    enrolment_closes_at: datetime
    closes_at: datetime
    printed: bool
    languages: tuple[str, ...] = ()
    texts: Sequence[Text] = ()
    units: Sequence[Dated] = ()
    silent: Sequence[tuple[str, int]] = ()
    speaking: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    safety_contact: bool = False
    saved_replies: int = 0
    sender: str = ""
    mail_server: bool = False
    papers: Sequence[tuple[str, tuple[str, ...]]] = ()
    assessed: Sequence[Assessed] = ()
    feasts: Sequence[str] = ()
    after_jury: Sequence[tuple[str, tuple[str, ...]]] = ()


@dataclass(frozen=True)
class Problem:
    """`what` is wrong, what to do (`todo`), on which page of the site (`link`, may be empty); `grave` when it would be
    felt on the first day."""

    what: str
    todo: str
    link: str
    grave: bool = False


def named(titles: Sequence[str]) -> str:
    """The first few, and how many more."""
    some = ", ".join(_("“{title}”").format(title=title) for title in titles[:NAMED])
    more = len(titles) - NAMED
    return some if more <= 0 else ngettext("{some} and {n} more", "{some} and {n} more", more).format(some=some, n=more)


def version(facts: Facts) -> Iterator[Problem]:
    """A page to show."""
    if not facts.printed:
        link = f"/desk/{facts.slug}/"
        yield Problem(_("The edition shows no version."), _("Show a version on its first page."), link, grave=True)


def own_dates(facts: Facts) -> Iterator[Problem]:
    """The edition's own dates."""
    link, todo = f"/desk/{facts.slug}/dates/", _("Change the edition's dates.")
    if facts.closes_at <= facts.now:
        yield Problem(_("The edition is over already: its closing has passed."), todo, link, grave=True)
    elif facts.enrolment_closes_at <= facts.now:
        yield Problem(_("Nobody can enrol any more: the end of enrolment has passed."), todo, link, grave=True)
    elif facts.opens_at <= facts.now:
        yield Problem(_("The opening has passed: who enrols now is behind from the first day."), todo, link)
    if facts.enrols_at >= facts.opens_at:
        yield Problem(_("Enrolment opens only with the edition itself."), todo, link)


def deadlines(facts: Facts) -> Iterator[Problem]:
    """Deadlines in the past, before their own opening, or absent."""
    past = [unit.title for unit in facts.units if unit.due and unit.due <= facts.now]
    early = [unit.title for unit in facts.units if unit.due and unit.due <= max(unit.opens, facts.opens_at)]
    without = [unit.title for unit in facts.units if unit.graded and unit.due is None]
    link = f"/desk/{facts.slug}/"
    if past:
        what = _("These deadlines have passed already: {units}.").format(units=named(past))
        yield Problem(what, _("Move them, or change the opening."), link, grave=True)
    if early:
        what = _("These are due before they open: {units}.").format(units=named(early))
        yield Problem(what, _("Move one of the two dates."), link, grave=True)
    if without:
        what = _("These count and have no deadline: {units}.").format(units=named(without))
        yield Problem(what, _("Give them a date in the course, or make sure that this is meant."), link)


def links(facts: Facts) -> Iterator[Problem]:
    """Links that lead nowhere inside the course: one problem for each text."""
    for text in facts.texts:
        if text.links:
            what = _("“{title}” ({language}) refers to what is not in the course: {links}.")
            said = what.format(title=text.title, language=text.language, links=named(text.links))
            todo = _("Correct the text, or add the file and import the course again.")
            yield Problem(said, todo, f"/desk/{facts.slug}/preview/{text.language}/{text.key}/")


def translations(facts: Facts) -> Iterator[Problem]:
    """Units that one of the course's languages lacks."""
    for language in facts.languages:
        there = {text.key for text in facts.texts if text.language == language}
        missing = [unit.title for unit in facts.units if unit.key not in there]
        if missing:
            what = _("Not translated ({language}): {units}.").format(
                language=languages.named(language), units=named(missing)
            )
            yield Problem(what, _("They stand in the language of the course until then."), "")


def captions(facts: Facts) -> Iterator[Problem]:
    """Videos without subtitles in the language of the course, untranslated, or unreviewed; those elsewhere cannot be
    looked into."""
    first = facts.languages[0] if facts.languages else ""
    lacking = [t for t in facts.texts if t.video and t.language not in t.captions]
    without = [t.title for t in lacking if first not in t.captions]
    untranslated = [t.title for t in lacking if first in t.captions]
    unread = sorted({t.title for t in facts.texts if t.automatic})
    elsewhere = sorted({t.title for t in facts.texts if t.elsewhere})
    if without:
        what = _("Videos without subtitles in the language of the course: {units}.").format(units=named(without))
        yield Problem(what, _("Give each a subtitle file."), f"/desk/{facts.slug}/videos/", grave=True)
    if untranslated:
        what = _("Videos whose subtitles are not translated: {units}.").format(units=named(untranslated))
        yield Problem(what, _("Translate them, or ask learners to."), f"/desk/{facts.slug}/videos/")
    if unread:
        what = _("A machine wrote the subtitles of these and nobody has reviewed them: {units}.")
        said = what.format(units=named(unread))
        yield Problem(said, _("Read them through once; learners improve them first."), f"/desk/{facts.slug}/videos/")
    if elsewhere:
        what = _("Videos on another site, whose subtitles cannot be seen from here: {units}.")
        yield Problem(what.format(units=named(elsewhere)), _("Look at them once."), "")


def explanations(facts: Facts) -> Iterator[Problem]:
    """Questions that say right or wrong and nothing else."""
    if facts.silent:
        count = sum(n for _title, n in facts.silent)
        what = ngettext(
            "{n} question explains nothing once it is answered: {units}.",
            "{n} questions explain nothing once they are answered: {units}.",
            count,
        )
        said = what.format(n=count, units=named([title for title, _n in facts.silent]))
        yield Problem(said, _("Write why an answer is right: it is what people learn from."), "")


def team(facts: Facts) -> Iterator[Problem]:
    """Somebody to teach, to register, to answer in each language, and to be told of distress."""
    base = f"/desk/{facts.slug}"
    if "teacher" not in facts.staff:
        yield Problem(_("Nobody has the role of teacher."), _("Give it."), f"{base}/roles/")
    if "registrar" not in facts.staff:
        what, todo = (
            _("Nobody is registrar: no certificate can be given."),
            _("Ask an administrator to give that role."),
        )
        yield Problem(what, todo, f"{base}/roles/")
    for language in sorted(set(facts.languages) - facts.speaking):
        what = _("No volunteer speaks this language: {language}.").format(language=language)
        yield Problem(what, _("Call for volunteers, or say who answers."), f"{base}/volunteers/")
    if not facts.safety_contact:
        what = _("Nobody is named to be told of distress, threats and illegal content.")
        yield Problem(what, _("Name somebody."), f"{base}/volunteers/", grave=True)
    if not facts.saved_replies:
        todo = _("Write the five answers that you gave most often last time.")
        yield Problem(_("The course has no saved reply."), todo, f"{base}/requests/")


def mail(facts: Facts) -> Iterator[Problem]:
    """Can anybody be written to?"""
    if not facts.mail_server:
        what, todo = _("No mail server is set: nobody gets any message."), _("Ask who runs the site to set one.")
        yield Problem(what, todo, "", grave=True)
    elif "example.org" in facts.sender:
        what = _("Messages would leave from {sender}.").format(sender=facts.sender)
        yield Problem(what, _("Ask who runs the site to set the sender."), "", grave=True)


def certificates(facts: Facts) -> Iterator[Problem]:
    """What a certificate has to state and the course does not say."""
    for track, missing in facts.papers:
        if missing:
            what = _("Certificates of “{track}” cannot be given: the course does not say {missing}.")
            said = what.format(track=track, missing=", ".join(missing))
            yield Problem(said, _("Complete `certificate:` in course.yaml and import it again."), "")


def peers(facts: Facts) -> Iterator[Problem]:
    """What makes peers assess badly, or without end."""
    for one in facts.assessed:
        base, title = f"/desk/{facts.slug}/peer/{one.key}", one.title
        ends = [moment for moment in (one.reviews_due, one.results) if moment is not None]
        if any(moment > facts.closes_at for moment in ends):
            what = _("“{title}”: its reviews or its results come after the edition closes.").format(title=title)
            yield Problem(what, _("Move its dates, or the closing."), f"{base}/terms/", grave=True)
        if one.reviews_due and one.results and one.results < one.reviews_due + A_DAY:
            what = _("“{title}”: results come less than a day after the reviews are due.").format(title=title)
            todo = _("Leave a day for those who complete what was guaranteed.")
            yield Problem(what, todo, f"{base}/terms/")
        if not one.exemplars:
            what = _("“{title}” has no copy to train on before the first assessment.").format(title=title)
            yield Problem(what, _("Write two in the course, under `exemplars`."), f"{base}/rubric/")
        if not one.comments:
            what = _("“{title}”: its rubric asks for no comment.").format(title=title)
            yield Problem(what, _("Ask for one at least: it is what authors learn from."), f"{base}/rubric/scoring/")


def holidays(facts: Facts) -> Iterator[Problem]:
    """What falls on a public holiday where learners live, or on the day before."""
    for feast in facts.feasts:
        yield Problem(feast, _("Leave it, or move the date."), f"/desk/{facts.slug}/#calendar")


def juries(facts: Facts) -> Iterator[Problem]:
    """Work that counts for a track and whose results may come after its deliberation."""
    for track, units in facts.after_jury:
        said = _("The jury of the track “{track}” decides before this is over: {units}.")
        what = said.format(track=track, units=named(units))
        yield Problem(what, _("Move the deliberation, or these dates."), f"/desk/{facts.slug}/#calendar", grave=True)


CHECKS: tuple[Callable[[Facts], Iterator[Problem]], ...] = (
    *(version, own_dates, deadlines, links, translations, captions, explanations, team, peers, mail, certificates),
    holidays,
    juries,
)


def problems(facts: Facts) -> list[Problem]:
    """Every problem, the grave ones first."""
    found = [problem for check in CHECKS for problem in check(facts)]
    return sorted(found, key=lambda problem: not problem.grave)
