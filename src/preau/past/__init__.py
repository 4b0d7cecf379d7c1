"""What editions before Préau left: people, results, certificates and totals that came in from files, each with its
provenance. Nothing of a file counts before all of it is there, nor once it is withdrawn.

Tables: Source, Former, FormerResult, Total, Doubt, Forgotten. Verbs: `importing.bring`, `bring_totals`;
`linking.link`, `linking.link_all`; `claiming.claim`; `deciding.decide`, `undo`; `withdrawing.withdraw`, `sweep`;
`forgetting.forget`; `counting.recount`. Reads: `queries.results_of`, `history`, `totals`. Doors: `access.source`,
`doubt`, `former`.

Pure: `decoding` (bytes to records), `headers`, `values`, `reading` and `tallies` (records to rows), `matching` (who is
who), `scratch` (a whole file in order).
"""
