"""Certificates of tracks and attestations of modules: decided by a jury or given by rule, signed as Open Badges 3.0,
verified without a network. Whatever the editions, no credit is brought twice (`rules`).

Tables: IssuerKey, SealKey, Award, Credential, StatusList, ShareLink, NameCorrection, CreditClaim, RegisterLayout,
Statement; of a jury Deliberation, Candidate, Decision. Verbs: `award_passed`, `award_module`, `revoke`, `award_again`,
`suspending.suspend`, `lift`; `issuing.issue`, `issue_waiting`, `publish_files`; `status.changed`, `sign_due`;
`statements.make`, `hide`, signed by `statement_signing.sign_due`, the worker's `tending`; `sharing.share`, `end`,
`show`; `correcting.ask`, `accept`, `refuse` by `replacing.replace`; `claiming.ask`, `withdraw`, `accept`, `refuse`;
`registers.keep_layout`, `mark`; `deliberating.prepare`, `ask_freeze`, `bring`, `close`, `file`; `deciding.decide`,
`follow`; `serving.serve_due`; `new_code` makes the code on a certificate; `issuer.rotate` retires a key. Reads:
`queries`, `statement_listing`. Doors: `access.award` (public, by its code), `access.own`. Formats: `credential`,
`statement_credential`, `elm` by `europass`, `did`, `integrity`, `pdf`; the checking is `verification`.
"""
