"""The ledger: results and what was gone through, written down by the activities, and the rules of the tracks.

Tables: Result, Completion, TrackStanding. Verbs: `record`, `correct`, `withdraw`, `tell_from`, `complete`, `finish`,
`settle`. Reads: `queries.record`, `queries.standings`. Rules: `rules`, `correcting` and `tracks`, pure. The lesson,
whose only trace is a completion, is its kind of unit.
"""
