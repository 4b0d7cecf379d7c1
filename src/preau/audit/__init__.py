"""Who did what: acts, which make a POST safe to send twice, and the journal of rights used.

Tables: Act, Entry. Verbs: `acts.once` (do a thing once and keep its outcome), `journal.log` (write one line),
`http.perform` (read an act from a request and say what became of it). A person is a bare id here: an act outlives the
erasure of its person.
"""
