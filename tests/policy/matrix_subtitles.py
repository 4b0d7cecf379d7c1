"""The rows of the access matrix that belong to subtitles: words are read by whoever may read the page of their video,
and made better by its learners and its team."""

from tests.policy.roles import EVERYBODY, SIGNED_IN, Row

BASE = "/e/{filmed}/video/{video}"
FR = f"{BASE}/fr"
LATER = "/e/{filmed_later}/video/{video}"
PRIVATE = "/e/{filmed_private}/video/{video}"
VIDEO = "e/<slug:edition>/video/<uuid:video>/"
TRACK = VIDEO + r"^(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,4})?)/"
TAKES_PART = "locbtrd"  # learners, and the team without supervisors; who decides is a rule, not a door
READS_AHEAD = "btd"  # of the editions that are private or not yet open


def reads(path: str) -> list[Row]:
    """An address that whoever may read the page of the video may open."""
    return [
        Row(f"{FR}/{path}", EVERYBODY),
        Row(f"{LATER}/fr/{path}", READS_AHEAD),
        Row(f"{PRIVATE}/fr/{path}", READS_AHEAD),
        Row(f"{BASE}/de/{path}", ""),
    ]


def acts(path: str) -> list[Row]:
    """A POST of who takes part."""
    return [
        Row(f"{FR}/{path}", TAKES_PART, "POST"),
        Row(f"{LATER}/fr/{path}", READS_AHEAD, "POST"),
        Row(f"{PRIVATE}/fr/{path}", READS_AHEAD, "POST"),
        Row(f"{BASE}/de/{path}", "", "POST"),
    ]


def about(path: str) -> list[Row]:
    """A POST about a suggestion."""
    return [
        Row(f"{BASE}/suggestion/{{suggestion}}/{path}", TAKES_PART, "POST"),
        Row(f"{BASE}/suggestion/{{nothing}}/{path}", "", "POST"),
        Row(f"{BASE}/suggestion/{{draft}}/{path}", "l", "POST"),
        Row(f"{PRIVATE}/suggestion/{{suggestion}}/{path}", READS_AHEAD, "POST"),
    ]


ROWS: dict[str, list[Row]] = {
    "e/<slug:edition>/videos/": [
        Row("/e/{filmed}/videos/", EVERYBODY),
        Row("/e/{filmed}/videos/?q=chemin", EVERYBODY),
        Row("/e/{filmed_later}/videos/", EVERYBODY),  # of which a stranger sees none
        Row("/e/{filmed_private}/videos/", READS_AHEAD),
        Row("/e/nowhere/videos/", ""),
    ],
    "e/<slug:edition>/videos/thanks/": [
        Row("/e/{filmed}/videos/thanks/", EVERYBODY),
        Row("/e/{filmed_private}/videos/thanks/", READS_AHEAD),
    ],
    TRACK: [*reads(""), Row("/e/{filmed}/video/{nothing}/fr/", ""), Row("/e/{edition}/video/{video}/fr/", "")],
    f"{TRACK}mine/": reads("mine/"),
    f"{TRACK}cue/<slug:key>/": [*reads("cue/{cue}/"), Row(f"{FR}/cue/nowhere/", "")],
    f"{TRACK}cue/<slug:key>/suggest/": acts("cue/{cue}/suggest/"),
    f"{TRACK}cue/<slug:key>/note/": acts("cue/{cue}/note/"),
    f"{TRACK}suggestions/": reads("suggestions/"),
    f"{TRACK}history/": reads("history/"),
    f"{TRACK}history/<int:revision>/": [*reads("history/1/"), Row(f"{FR}/history/99/", "")],
    f"{TRACK}history/<int:revision>/revert/": acts("history/1/revert/"),
    f"{TRACK}reviewed/": acts("reviewed/"),
    f"{TRACK}translate/": [
        Row(f"{BASE}/en/translate/", TAKES_PART),
        Row(f"{LATER}/en/translate/", READS_AHEAD),
        Row(f"{PRIVATE}/en/translate/", READS_AHEAD),
        Row(f"{BASE}/zz/translate/", ""),
    ],
    f"{TRACK}translate/<slug:key>/": [
        Row(f"{BASE}/en/translate/{{cue}}/", TAKES_PART, "POST"),
        Row(f"{PRIVATE}/en/translate/{{cue}}/", READS_AHEAD, "POST"),
    ],
    f"{VIDEO}mine/": [
        Row(f"{BASE}/mine/", EVERYBODY),
        Row(f"{LATER}/mine/", READS_AHEAD),
        Row(f"{PRIVATE}/mine/", READS_AHEAD),
    ],
    f"{VIDEO}position/": [
        Row(f"{BASE}/position/", SIGNED_IN, "POST"),
        Row(f"{LATER}/position/", READS_AHEAD, "POST"),
        Row(f"{PRIVATE}/position/", READS_AHEAD, "POST"),
    ],
    f"{VIDEO}suggestion/<uuid:suggestion>/": [
        Row(f"{BASE}/suggestion/{{suggestion}}/", TAKES_PART),
        Row(f"{BASE}/suggestion/{{draft}}/", "l"),
        Row(f"{BASE}/suggestion/{{nothing}}/", ""),
        Row(f"{PRIVATE}/suggestion/{{suggestion}}/", READS_AHEAD),
    ],
    f"{VIDEO}suggestion/<uuid:suggestion>/support/": about("support/"),
    f"{VIDEO}suggestion/<uuid:suggestion>/decide/": about("decide/"),
    f"{VIDEO}suggestion/<uuid:suggestion>/rebase/": about("rebase/"),
    f"{VIDEO}suggestion/<uuid:suggestion>/withdraw/": about("withdraw/"),
    VIDEO + r"^(?P<language>[a-z][a-z0-9-]{1,7})\.(?P<kind>vtt|srt|txt)$": [
        *(Row(f"{BASE}/fr.{kind}", EVERYBODY) for kind in ("vtt", "srt", "txt")),
        Row(f"{LATER}/fr.vtt", READS_AHEAD),
        Row(f"{PRIVATE}/fr.vtt", READS_AHEAD),
        Row(f"{BASE}/de.vtt", ""),
    ],
}
