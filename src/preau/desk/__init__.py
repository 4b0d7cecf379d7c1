"""The desk: what the course's team does over several rooms, on screens of its own.

Tables: none. Verbs: `make_edition`, `publish`, `derive`; the others are called where they live (`content.printing`,
`courses`, `peer`, `certificates`). Doors: `desk`, `teachers_desk`, `registrars_desk`, and the rows behind each.
"""
