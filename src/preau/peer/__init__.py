"""Assignments: a text handed in with a receipt, graded by staff. Peer assessment takes its place here later.

Tables: Draft, Submission, Grade. Verbs: `save_draft`, `submit`, `grade`; `waiting` lists what has no grade yet.
Doors: `submission_to_grade`. Kind of unit: `assignment`.
"""
