"""Cohorts of simulated learners, played through the real actions on a calendar of their own.

Tables: none. Verbs: `cohort.play`, `ending.finish`. Rules: `rules`, pure: who they are, when they come, how able they
are. Their team beside them: `team` (volunteers, announcements, dangers, incidents) and `queue` (requests) play what
`telling` and `asking`, pure, say and plan. Command: `simulate`.
"""
