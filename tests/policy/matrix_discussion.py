"""The rows of the access matrix that belong to the discussions: in an edition, and in the commons of its course."""

from tests.policy.roles import EVERYBODY, Row

IN_EDITION, IN_COMMONS = "loctrd", "leoctrd"  # whoever took part in the course, and the teams of its editions
TEAM = "octrd"
SPACES = (
    ("e/<slug:edition>/discussion/", "/e/{edition}/discussion/", "", IN_EDITION),
    ("commons/<slug:course>/", "/commons/{course}/", "common_", IN_COMMONS),
)


def _rows(route: str, base: str, prefix: str, who: str) -> dict[str, list[Row]]:
    thread, post, nothing = f"thread/{{{prefix}thread}}/", f"post/{{{prefix}post}}/", "post/{nothing}/"
    verbs = {"thank": who, "reveal": who, "accept": who, "delete": "l", "restore": "l"}
    return {
        **_live(route, base, prefix, who),
        **_people(route, base, who),
        **_following(route, base, prefix, who),
        **_moderation(route, base, prefix, who),
        route: [Row(base, who)],
        f"{route}search/": [Row(f"{base}search/?q=question", who)],
        f"{route}suggest/": [Row(f"{base}suggest/?title=question", who)],
        f"{route}room/<slug:room>/": [Row(f"{base}room/general/", who), Row(f"{base}room/nothing/", "")],
        f"{route}room/<slug:room>/new/": [
            Row(f"{base}room/general/new/", who),
            Row(f"{base}room/general/new/", who, "POST"),
        ],
        f"{route}thread/<uuid:thread>/": [
            Row(f"{base}{thread}", who),
            Row(f"{base}{thread}", who, "POST"),
            Row(f"{base}thread/{{nothing}}/", ""),
        ],
        f"{route}thread/<uuid:thread>/after/<int:number>/": [Row(f"{base}{thread}after/0/", who)],
        f"{route}thread/<uuid:thread>/lasting/": [Row(f"{base}{thread}lasting/", "" if prefix else "octrd", "POST")],
        f"{route}at/<slug:unit>/": [Row(f"{base}at/lecon/", "" if prefix else who), Row(f"{base}at/nothing/", "")],
        f"{route}post/<uuid:post>/": [Row(f"{base}{post}", who), Row(f"{base}{nothing}", "")],
        f"{route}post/<uuid:post>/edit/": [Row(f"{base}{post}edit/", "l"), Row(f"{base}{post}edit/", "l", "POST")],
        f"{route}post/<uuid:post>/file/<int:number>/": [Row(f"{base}{post}file/1/", "")],
        **{
            f"{route}post/<uuid:post>/{verb}/": [Row(f"{base}{post}{verb}/", whom, "POST")]
            for verb, whom in verbs.items()
        },
    }


def _people(route: str, base: str, who: str) -> dict[str, list[Row]]:
    """Who is there; what one shows of oneself."""
    return {
        f"{route}people/<uuid:member>/": [
            Row(f"{base}people/{{member}}/", who),
            Row(f"{base}people/{{nothing}}/", ""),
        ],
        f"{route}me/": [Row(f"{base}me/", who), Row(f"{base}me/", who, "POST")],
        f"{route}introduce/": [Row(f"{base}introduce/", who), Row(f"{base}introduce/", who, "POST")],
        f"{route}house-rules/": [Row(f"{base}house-rules/", who)],
    }


def _following(route: str, base: str, prefix: str, who: str) -> dict[str, list[Row]]:
    """What one follows."""
    thread, here = f"thread/{{{prefix}thread}}/follow/", "" if prefix else who
    return {
        f"{route}mine/": [Row(f"{base}mine/", who)],
        f"{route}mine/read/": [Row(f"{base}mine/read/", who, "POST")],
        f"{route}thread/<uuid:thread>/follow/": [
            Row(f"{base}{thread}", who, "POST"),
            Row(f"{base}thread/{{nothing}}/follow/", "", "POST"),
        ],
        f"{route}room/<slug:room>/follow/": [
            Row(f"{base}room/general/follow/", who, "POST"),
            Row(f"{base}room/nothing/follow/", "", "POST"),
        ],
        f"{route}unit/<slug:unit>/follow/": [
            Row(f"{base}unit/lecon/follow/", here, "POST"),
            Row(f"{base}unit/nothing/follow/", "", "POST"),
        ],
    }


def _live(route: str, base: str, prefix: str, who: str) -> dict[str, list[Row]]:
    """Live sessions, which the commons have none of."""
    here, team, one = ("", "", "live/{nothing}/") if prefix else (who, "octrd", "live/{live}/")
    verbs = ("change", "replay")
    return {
        f"{route}live/": [Row(f"{base}live/", here), Row(f"{base}live/", team, "POST")],
        f"{route}live/<uuid:live_id>/": [Row(f"{base}{one}", here), Row(f"{base}live/{{nothing}}/", "")],
        f"{route}live/<uuid:live_id>/calendar.ics": [Row(f"{base}{one}calendar.ics", here)],
        f"{route}live/<uuid:live_id>/sound/": [Row(f"{base}{one}sound/", here)],
        f"{route}live/<uuid:live_id>/minute/<int:number>/": [Row(f"{base}{one}minute/2/", team, "POST")],
        **{f"{route}live/<uuid:live_id>/{verb}/": [Row(f"{base}{one}{verb}/", team, "POST")] for verb in verbs},
    }


def _moderation(route: str, base: str, prefix: str, who: str) -> dict[str, list[Row]]:
    """What is pointed out, decided and contested."""
    post, thread = f"{base}post/{{{prefix}post}}/", f"{base}thread/{{{prefix}thread}}/"
    flag, act = f"{base}flag/{{{prefix}pointed}}/", f"{base}act/{{{prefix}decision}}/"
    verbs = ("claim", "release", "settle")
    return {
        f"{route}post/<uuid:post>/flag/": [Row(f"{post}flag/", who), Row(f"{post}flag/", who, "POST")],
        f"{route}post/<uuid:post>/fold/": [Row(f"{post}fold/", TEAM, "POST")],
        f"{route}post/<uuid:post>/moderate/": [Row(f"{post}moderate/", TEAM), Row(f"{post}moderate/", TEAM, "POST")],
        f"{route}thread/<uuid:thread>/tend/": [Row(f"{thread}tend/", TEAM)],
        **{f"{route}flag/<uuid:flag>/{verb}/": [Row(f"{flag}{verb}/", TEAM, "POST")] for verb in verbs},
        f"{route}act/<uuid:act>/": [Row(act, f"l{TEAM}"), Row(f"{base}act/{{nothing}}/", "")],
        f"{route}act/<uuid:act>/contest/": [Row(f"{act}contest/", "l", "POST")],
        f"{route}act/<uuid:act>/answer/": [Row(f"{act}answer/", "trd", "POST")],
        f"{route}act/<uuid:act>/undo/": [Row(f"{act}undo/", TEAM, "POST")],
    }


DESK = "/desk/{edition}/discussion/"
OF_THE_DESK = {
    "desk/<slug:edition>/discussion/": [Row(DESK, TEAM), Row("/desk/nowhere/discussion/", "")],
    "desk/<slug:edition>/discussion/thread/<uuid:thread>/": [
        Row(f"{DESK}thread/{{thread}}/", TEAM),
        Row(f"{DESK}thread/{{common_thread}}/", TEAM),
        Row(f"{DESK}thread/{{nothing}}/", ""),
    ],
    "desk/<slug:edition>/discussion/post/<uuid:post>/": [
        Row(f"{DESK}post/{{post}}/", TEAM),
        Row(f"{DESK}post/{{nothing}}/", ""),
    ],
    "desk/<slug:edition>/discussion/notice/<uuid:notice>/": [
        Row(f"{DESK}notice/{{notice}}/", TEAM),
        Row(f"{DESK}notice/{{notice}}/", TEAM, "POST"),
        Row(f"{DESK}notice/{{nothing}}/", ""),
    ],
    "desk/notices/": [Row("/desk/notices/", "d")],
    "desk/notices/<uuid:notice>/": [
        Row("/desk/notices/{notice}/", "d"),
        Row("/desk/notices/{notice}/", "d", "POST"),
        Row("/desk/notices/{nothing}/", ""),
    ],
    "notices/": [Row("/notices/", EVERYBODY), Row("/notices/", EVERYBODY, "POST")],
}
ROWS: dict[str, list[Row]] = {key: rows for space in SPACES for key, rows in _rows(*space).items()} | OF_THE_DESK
