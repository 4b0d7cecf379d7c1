"""Subtitles: their formats, so far; tracks that learners make better come here.

Tables: none yet. Verbs: none yet: `webvtt.parse`, `webvtt.serialise`, `srt.parse` read and write files, and know no
database.
"""
