"""The rows of the access matrix that belong to the discussions: in an edition, and in the commons of its course."""

from tests.policy.roles import Row

IN_EDITION, IN_COMMONS = "loctrd", "leoctrd"  # whoever took part in the course, and the teams of its editions
SPACES = (
    ("e/<slug:edition>/discussion/", "/e/{edition}/discussion/", "", IN_EDITION),
    ("commons/<slug:course>/", "/commons/{course}/", "common_", IN_COMMONS),
)


def _rows(route: str, base: str, prefix: str, who: str) -> dict[str, list[Row]]:
    thread, post, nothing = f"thread/{{{prefix}thread}}/", f"post/{{{prefix}post}}/", "post/{nothing}/"
    verbs = {"thank": who, "reveal": who, "accept": who, "delete": "l", "restore": "l"}
    return {
        route: [Row(base, who)],
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
        f"{route}post/<uuid:post>/": [Row(f"{base}{post}", who), Row(f"{base}{nothing}", "")],
        f"{route}post/<uuid:post>/edit/": [Row(f"{base}{post}edit/", "l"), Row(f"{base}{post}edit/", "l", "POST")],
        f"{route}post/<uuid:post>/file/<int:number>/": [Row(f"{base}{post}file/1/", "")],
        **{
            f"{route}post/<uuid:post>/{verb}/": [Row(f"{base}{post}{verb}/", whom, "POST")]
            for verb, whom in verbs.items()
        },
    }


ROWS: dict[str, list[Row]] = {key: rows for space in SPACES for key, rows in _rows(*space).items()}
