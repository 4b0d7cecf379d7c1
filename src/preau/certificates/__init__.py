"""Certificates: awarded by the rule of a track, signed as Open Badges 3.0, verified without a network.

Tables: IssuerKey, Award, Credential. Verbs: `award_passed`, `revoke`, `award_again`, `issue`, `issue_waiting`,
`publish_files`; `new_code` makes the code on a certificate; `issuer.rotate` retires a key. Doors: `access.award`
(public, by its code), `access.own`. Formats: `credential`, `did`, `integrity`, `pdf`; the checking is `verification`.
"""
