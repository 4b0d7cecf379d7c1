"""The public site: its home page, the courses, what is new in a session, the news, the search, the legal and
accessibility pages, the switch of languages.

Tables: Waiting (who is told when enrolment in a course opens), WhatsNew (what an edition brings that the one before it
had not); Article, ArticleText (a piece of news, in each language), Picture (re-encoded, in two sizes); Subscriber (who
gets the newsletter), Mailing (an issue of it); Testimonial (what somebody says of a course), Banner (the line at the
head of every page), Partner (an institution that takes part), Visits (pages read, by day).

Verbs: `subscribing.ask`, `ask_by_mail`, `confirm`, `leave`, `take_back`, `tend`; `mailing.write`, `send`, `stop`,
`send_to_me`, `delete`, `queue_due` (by the worker); `waiting.ask`, `ask_by_mail`, `confirm`, `stop`, `take_back`,
`forget`; `telling.tell_due` (by the worker); `whats_new.draft`, `write`, `adopt`, `publish`; `articles.make`, `write`,
`publish`, `unpublish`, `put_back`, `delete`; `pictures.keep`; `voices.say`, `take_back`, `show`; `banners.put_up`,
`take_down`; `partners.add`, `remove`; `site.refresh_due`, `audience.add_up` (by the worker).

Reads: `queries.figures`, `home_page`, `course_page`, `asking.counted`, `reading.page`, `article_reading.page`,
`listed`, `latest`, `searching.found`; `drafting.draft` words what differs, `article_markdown` says what may stand in an
article.
"""
