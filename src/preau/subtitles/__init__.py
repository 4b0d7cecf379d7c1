"""The words of videos: subtitles that learners make better, and what people keep beside them.

Tables: Track, Cue, Revision, Delivery; Suggestion, Support, Note, Position. Doors: `film`, `track`, `here`,
`suggestion`, `edition`. Verbs: `suggesting.suggest`, `support`, `decide`, `rebase`, `withdraw`; `translating.write`;
`history.revert`, `review`; `keeping.note`, `keep_position`; `delivering.deliver`, `uploading.put`; each change of words
goes through `revising.revise`. `beside.Beside` is what content knows of this room.

Formats, which know no database: `webvtt.parse`, `webvtt.serialise`, `srt.parse`, `srt.serialise`,
`transcript.plain_text`; `tracks` says what a file holds. Pure rules: `rules`, `matching`, `merging`, `anchoring`,
`differences`, `readability`.
"""
