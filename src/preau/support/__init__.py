"""What learners and their team say to each other: requests, saved replies, announcements, alerts, incidents.

Tables: Request, Entry, SavedReply, Announcement, Alert, Incident. Verbs: of requests (`actions`) `ask`, `reply`,
`claim`, `release`, `answer`, `note`, `merge`, `move`, `close`, made of `written`, `add`, `worded`, `take`, `change`,
`locked`, `same_person` and `logged`; what is decided with one, `deciding`; a mail that lands, `landing`. Each of the
others has its verbs in a module of its own: `saving`, `announcements`, `alerts`, `incidents`. Doors: in `access`.
"""
