"""The edition's home: what to do today, the path, will I pass, the week's hours; the same by date, in one's own
calendar and once a week by mail; and one's own courses.

Tables: Feed (the secret address of a learner's calendar), Round (how far the weekly messages of an edition are, by zone
and week). Verbs: `give_address` (a calendar's address, or another one), `weekly.prepare` (by the worker). Reads:
`queries.edition_home`, `path.page`, `calendar.file`, over what the rooms below hold. Pure: `stakes` (what a unit weighs
in what the track asks for; will I pass), `weeks`, `ics` (RFC 5545).
"""
