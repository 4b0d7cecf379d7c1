"""Who helps most in an edition's discussions, and how long a first answer takes: of the last week, a constant number of
queries."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from preau.desk.access_discussion import Table
from preau.discussion import people, rules_moderation
from preau.discussion.models import Post, Thread

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Helper:
    """Somebody and what they gave in a week."""

    name: str
    badge: str
    key: str
    posts: int
    thanks: int
    accepted: int


def helpers(at: Table) -> list[Helper]:
    """Those who helped most this week: an answer that was chosen weighs as three thank-yous."""
    since = at.here.now - rules_moderation.LATELY
    within = {"thread__space__in": at.spaces, "thread__latest_at__gt": since, "at__gt": since}
    rows = Post.objects.filter(**within, number__gt=1, state=Post.State.SHOWN, author__isnull=False)
    given = rows.order_by().values("author").annotate(posts=Count("pk"), thanked=Sum("thanks"))
    threads = Thread.objects.filter(space__in=at.spaces, latest_at__gt=since, accepted__at__gt=since)
    answers = threads.order_by().values("accepted__author").annotate(chosen=Count("pk"))
    chosen: dict[UUID | None, int] = dict(answers.values_list("accepted__author", "chosen"))
    every = [
        (author, posts, thanked, chosen.get(author, 0))
        for author, posts, thanked in given.values_list("author", "posts", "thanked")
    ]
    helped = [row for row in every if row[2] + row[3]]
    found = sorted(helped, key=lambda row: (-row[2] - 3 * row[3], -row[1], str(row[0])))[:8]
    here = at.here
    shown = people.shown(
        [row[0] for row in found], course=here.course, edition=here.edition, number=here.number, now=here.now
    )
    return [
        Helper(shown[author].name, shown[author].badge, shown[author].key, posts, thanks, answered)
        for author, posts, thanks, answered in found
        if author in shown
    ]


@dataclass(frozen=True)
class Speed:
    """Of the questions asked in a week that ended a day ago: how many, the median time to a first answer (None: fewer
    than half have one) and the share answered within a day (0 to 100)."""

    asked: int
    median: timedelta | None
    within: float


def speed(at: Table) -> Speed | None:
    """None while there is nothing to measure."""
    until = at.here.now - DAY
    rows = Thread.objects.filter(
        space__in=at.spaces,
        kind=Thread.Kind.QUESTION,
        hidden=False,
        latest_at__gt=until - rules_moderation.LATELY,
        made_at__gt=until - rules_moderation.LATELY,
        made_at__lte=until,
    )
    counts = rows.aggregate(
        asked=Count("pk"),
        answered=Count("answered_at"),
        within=Count("pk", filter=Q(answered_at__lte=F("made_at") + DAY)),
    )
    asked, answered = counts["asked"], counts["answered"]
    if not asked:
        return None
    wait = ExpressionWrapper(F("answered_at") - F("made_at"), output_field=DurationField())
    ordered = rows.filter(answered_at__isnull=False).annotate(wait=wait).order_by("wait").values_list("wait", flat=True)
    middle = list(ordered[asked // 2 : asked // 2 + 1])
    median = rules_moderation.median(middle[0] if middle else None, asked, answered)
    return Speed(asked, median, 100 * counts["within"] / asked)
