"""The public site: its home page, the courses, what is new in a session, the legal and accessibility pages, the switch
of languages.

Tables: Waiting (who is told when enrolment in a course opens), WhatsNew (what an edition brings that the one before it
had not). Verbs: `waiting.ask`, `ask_by_mail`, `confirm`, `stop`, `take_back`, `forget`; `telling.tell_due` (by the
worker); `whats_new.draft`, `write`, `adopt`, `publish`. Reads: `queries.figures`, `queries.course_page`,
`asking.counted`, `reading.page`; `drafting.draft` words what differs. Articles, the newsletter and what learners said
have their place here.
"""
