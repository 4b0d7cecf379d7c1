"""The desk: what the course's team does over several rooms, on screens of its own.

Tables: none. Verbs: `make_course`, `make_edition`, `publish`, `print_version`, `reschedule`, `give_role`, `take_role`,
`derive`, `deadlines.postpone`, `deadlines.undo`; the others are called where they live (`content.printing`, `courses`,
`peer`, `certificates`). Doors: `desk`,
`teachers_desk`, `registrars_desk`, `course_desk`, `course_maker`, and the rows behind each.
"""
