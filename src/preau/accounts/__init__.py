"""People and the devices that they are signed in on.

Tables: Person, Device (the session, kept on the server), Consent, ErasureRecord. Verbs: `change_profile`,
`correct_name`, `sign_out`, `sign_out_others`, `choose_messages`, `open_address`, `erase`; `proofs.proved_by_mail`.
Doors: one's own rows only. `wishes` keeps what a visitor asked for until they are signed in; `schools` says who is
believed of those who come by a school, `schooling` talks to it.
Rooms above register in `personal_data` what they hold of a person: how it is handed over, how it is erased, what has to
stay.
"""
