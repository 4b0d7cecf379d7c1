"""Who sits an exam and when: sittings online or on a campus, places booked, a second sitting for those with a reason,
and what the person who supervises writes down: who came, whose identity was checked, what happened.

Tables: Sitting, Seat, InvigilatorLink, Incident. Verbs: `book`, `give_up`; for the team `arranging.make`, `edit`,
`cancel`, `reopen`, `admitting.admit`, `take_back`, `linking.make`, `send`, `end`; in the room or at the desk
`recording.mark`, `identify`, `report`, `strike`, `sign`. Each is an act, also of who holds a link and has no account.
`rules.span` says when somebody may begin; `seating.window` tells it to `quizzes.windows`, `seating.later` keeps what is
right from being told before the last sitting is over, `evidence` tells a jury. Doors: `sitting_to_book`, `own_seat`,
`invigilator` (public, by token), `sitting`, `seat`, `link`, `incident`. Kind of unit: `exam`, in the place of the one
of `quizzes`.
"""
