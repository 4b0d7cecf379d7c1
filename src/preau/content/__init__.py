"""The course as text and as pages: versions, printings, compiled pages, files, the registry of unit kinds.

Tables: Version, Printing, Module, ModuleText, Unit, UnitText, Page, MediaFile, Video, Cut. Verbs:
`importing.import_course`, `importing.prepare` and `importing.store` (its two halves), `printing.print_version`,
`printing.move_date`, `printing.reprint`, `rescheduling.reschedule`, `correcting`, `shelf.refresh`. Doors: `page`,
`place`, `unit_for_staff`. Reading a folder is `reading` and the pure modules beside it; `videos` makes the files of a
video light, `players` says what a page offers of it. A room above teaches it a kind of unit through `kinds.register`.
"""
