"""The ledger: results and what was gone through, written down by the activities, and the rules of the tracks.

Tables: Result, Completion, TrackStanding. Verbs: `record`, `correct`, `withdraw`, `tell_from`, `complete`, `finish`,
`settle`; `carrying.keep`, `refresh`. Reads: `queries.record`, `queries.standings`, `carrying.preview`. Rules: `rules`,
`tracks`, `correcting` and `carries` (what counts again from earlier editions), pure; what contradicts itself in a
course is found by `checking`. The lesson, whose only trace is a completion, is its kind of unit.
"""
