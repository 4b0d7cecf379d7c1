"""Certificates of tracks and attestations of modules: given by rule, signed as Open Badges 3.0, verified without a
network. Whatever the editions, no credit is brought twice (`rules`).

Tables: IssuerKey, SealKey, Award, Credential, StatusList, ShareLink, NameCorrection, CreditClaim, Statement; of a jury
Deliberation, Candidate, Decision. Verbs: `award_passed`, `award_module`, `revoke`, `award_again`, `issue`,
`issue_waiting`, `publish_files`; `new_code` makes the code on a certificate; `issuer.rotate` retires a key. Reads:
`queries`. Doors: `access.award` (public, by its code), `access.own`. Formats: `credential`, `did`, `integrity`, `pdf`;
the checking is `verification`.
"""
