"""The edition's home: what to do today, the path, will I pass, the week's hours; and one's own courses.

Tables: none. Verbs: none. Reads: `queries.edition_home`, over what `courses`, `content` and `grades` hold.
"""
