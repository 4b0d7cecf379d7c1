"""The public site: its home page, the courses, the legal and accessibility pages, the language switch.

Tables: none yet (articles, the newsletter and what learners said have their place here). Verbs: none.
Reads: `queries.figures`, `queries.course_page`.
"""
