"""The bars: what each figure must reach, by name. Pure."""

from preau.config.bench.report import Bar

# Of the platforms measured beside ours, these are the limits of the window in which they were measured: a bar counted
# in pages or cycles a second becomes a ratio, which any machine can be held to.
NGINX_THEN = 70_900.0  # static pages a second on two cores shared with the client
INSERTS_THEN = 19_000.0  # one-row inserts a second by eight clients

QUERIES = Bar(2, "value", most=True)
NONE = Bar(0, "value", most=True)
SCALE = Bar(1.5, most=True)
NEWEST, RANKED = Bar(10, "value", most=True), Bar(100, "value", most=True)  # milliseconds of a search

BARS = {
    "page-one-core": Bar(0.5),
    "fragment-lesson-sqlite": Bar(0.18),
    "fragment-quiz-sqlite": Bar(0.18),
    "fragment-lesson-postgresql": Bar(0.10),
    "fragment-quiz-postgresql": Bar(0.10),
    "queries-lesson-sqlite": QUERIES,
    "queries-quiz-sqlite": QUERIES,
    "queries-lesson-postgresql": QUERIES,
    "queries-quiz-postgresql": QUERIES,
    "answer-sqlite": Bar(0.15),
    "answer-postgresql": Bar(0.10),
    "bursts-lost-sqlite": NONE,
    "bursts-doubled-sqlite": NONE,
    "bursts-lost-postgresql": NONE,
    "bursts-doubled-postgresql": NONE,
    "browser-first-bytes": Bar(60_000, "value", most=True),
    "browser-first-requests": Bar(12, "value", most=True),
    "browser-next-bytes": Bar(12_000, "value", most=True),
    "sign-in": Bar(35, "value", most=True),
    "scale-insert-sqlite": SCALE,
    "scale-read-sqlite": SCALE,
    "scale-insert-postgresql": SCALE,
    "scale-read-postgresql": SCALE,
    "bytes-answer-sqlite": Bar(240, "value", most=True),
    "bytes-answer-postgresql": Bar(260, "value", most=True),
    "bytes-attempt-sqlite": Bar(2500, "value", most=True),
    "bytes-attempt-postgresql": Bar(2500, "value", most=True),
    "bytes-learner-sqlite": Bar(1000, "value", most=True),
    "bytes-learner-postgresql": Bar(1000, "value", most=True),
    "video-more-bytes": Bar(15_000, "value", most=True),
    "video-first-line": Bar(3000, "value", most=True),
    "video-accept-sqlite": SCALE,
    "video-accept-postgresql": SCALE,
    "rerun-sqlite": Bar(20, "value", most=True),
    "rerun-postgresql": Bar(20, "value", most=True),
    "former-sqlite": Bar(600, "value", most=True),
    "former-postgresql": Bar(600, "value", most=True),
    "demo": Bar(180, "value", most=True),
    "memory": Bar(250, "value", most=True),
    "peer-aggregate": Bar(3, "value", most=True),
    "peer-aggregate-memory": Bar(150, "value", most=True),
    "peer-forbidden": NONE,
    "peer-pair-p99": Bar(50, "value", most=True),
    "peer-pairs": Bar(300, "value"),
    "certificates-printed-sqlite": Bar(300, "value", most=True),
    "certificates-printed-postgresql": Bar(300, "value", most=True),
    "certificates-sealed-sqlite": Bar(900, "value", most=True),
    "certificates-sealed-postgresql": Bar(900, "value", most=True),
    "certificates-wrong-sqlite": NONE,
    "certificates-wrong-postgresql": NONE,
    "digests-sqlite": Bar(300, "value", most=True),
    "digests-postgresql": Bar(300, "value", most=True),
    "digests-wrong-sqlite": NONE,
    "digests-wrong-postgresql": NONE,
    "search-newest-sqlite": NEWEST,
    "search-newest-postgresql": NEWEST,
    "search-ranked-sqlite": RANKED,
    "search-ranked-postgresql": RANKED,
    "peers-content-page-sqlite": Bar(2100 / NGINX_THEN),
    "peers-content-page-postgresql": Bar(2100 / NGINX_THEN),
    "peers-course-home-sqlite": Bar(1000 / NGINX_THEN),
    "peers-course-home-postgresql": Bar(1000 / NGINX_THEN),
    "peers-quiz-cycle-sqlite": Bar(350 / INSERTS_THEN),
    "peers-quiz-cycle-postgresql": Bar(350 / INSERTS_THEN),
    "threads-page-sqlite": Bar(280 / NGINX_THEN),
    "threads-page-postgresql": Bar(280 / NGINX_THEN),
    "threads-reply-sqlite": Bar(670 / INSERTS_THEN),
    "threads-reply-postgresql": Bar(670 / INSERTS_THEN),
}
