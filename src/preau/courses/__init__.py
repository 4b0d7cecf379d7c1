"""Courses and their editions: dates, tracks, enrolments, rights, extensions, extra time, groups, volunteers.

Tables: Course, Institution, Edition, Milestone, Track, Enrolment, Addition, Elective, Extension, Excuse, Role,
Volunteer, Shift, SafetyContact, Postponement, Group, GroupMember, ExtraTime. Verbs: `create_course`,
`create_edition`, `set_calendar`, `set_tracks`, `touch`, `reschedule`, `publish`, `extend`, `excuse`, `give_role`,
`take_role`, `dates_state`; `enrolling.enrol`, `leave`, `add_track`, `drop_track`, `choose_electives`, `remove`,
`readmit`, by the table of `membership`. Doors: `learner_rows`, `enrolment`, `visible_edition`, `staff_edition` and
their kin. Who helps, and who is told of dangers, is `volunteering`; the hours they hold, `rota`; parts of an
edition's learners, `segments`; named lists of them, `grouping`; time given to many at once, `postponing`, to one,
`extending` (what fits, the way back) and `extra_time`; e-mail addresses that staff paste, `addresses`. Never points
up: which version an edition shows is `content.Printing`.
"""
