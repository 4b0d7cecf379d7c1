"""Cohorts of simulated learners, played through the real actions on a calendar of their own.

Tables: none. Verbs: `cohort.play`, `ending.finish`. Rules: `rules`, pure: who they are, when they come, how able they
are. Command: `simulate`.
"""
