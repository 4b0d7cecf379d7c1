"""Subtitles: their formats, so far; tracks that learners make better come here.

Tables: none yet. Verbs: none yet. `webvtt.parse`, `webvtt.serialise`, `srt.parse`, `srt.serialise` and
`transcript.plain_text` read and write files, and know no database; `tracks` says what a file holds.
"""
