"""Cohorts of simulated learners, played through the real actions on a calendar of their own.

Tables: none. Verbs: `cohort.play`, `ending.finish`. Rules: `rules`, pure: who they are, when they come, how able they
are; `planning`, pure: what they do; `returning`, pure: who of an earlier edition comes back, what for, and what they
then do. Steps are played by `studying` (units) and `joining` (enrolment, tracks, electives); `alumni` reads who was
there before, `crossing` counts who came back and what they keep. Their team beside them: `team` (volunteers,
announcements, dangers, incidents) and `queue` (requests) play what `telling` and `asking`, pure, say and plan. Command:
`simulate`.
"""
