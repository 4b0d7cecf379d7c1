"""Assignments: work handed in with a receipt, assessed by peers or graded by the team.

Tables: Assignment (as an edition runs it), Rubric, Draft, Submission (a copy), Document and Attached (its files),
PoolEntry (a copy that waits for reviews), Review (from the lease on), Wait, Training, Widening; Grade (by the team),
StaffTurn, PeerGrade (what reviews come to), GradeChange, Appeal, Flag, Case; Print (what a text is recognised by),
Likeness (two copies that are alike). Verbs: `save_draft`, `submit`, `grade`; `waiting` lists what has no grade yet.
Of reviewers (`reviewing`): `save`, `finish`, `self_assess`, `train`, `flag`, `rate`. Of files: `uploading.begin`,
`append`, `remove`. Of the team: `adjusting.adjust`, `reword`, `unword`, `rescore`; `steering.widen`, `narrow`,
`draw`; `moderating.grade`, `cancel`, `restore`, `hide`, `settle`; `comparing.settle`; `appeals.appeal`, `answer`;
`cases.open`, `reply`, `decide`; `publishing.change`.
Doors: `facts`, `assessor`, `own_copy`, `own_review`, `received_review`, `submission_to_grade`.
Kind of unit: `assignment`.

`assignments.of` gives what everybody may know of an assignment; `terms` and `rubric` read what its author wrote;
`leasing` says who gets the next copy, `converting` makes files light,
`computing` and `publishing` what the reviews come to and when it is told; `likeness` which copies say the same.
"""
