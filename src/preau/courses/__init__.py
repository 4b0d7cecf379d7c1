"""Courses and their editions: dates, tracks, enrolments, rights, extensions.

Tables: Course, Institution, Edition, Milestone, Track, Enrolment, Extension, Role. Verbs: `create_edition`,
`set_calendar`, `set_tracks`, `touch`, `publish`, `enrol`, `leave`, `extend`, `give_role`, `take_role`, `dates_state`.
Doors: `learner_rows`, `enrolment`, `visible_edition`, `staff_edition` and their kin. Never points up: which version an
edition shows is `content.Printing`.
"""
