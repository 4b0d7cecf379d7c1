"""People and the devices that they are signed in on.

Tables: Person, Device (the session, kept on the server), Consent, ErasureRecord. Verbs: `change_profile`,
`correct_name`, `sign_out`, `sign_out_others`, `choose_messages`, `open_address`, `erase`. Doors: one's own rows only.
Rooms above register in `personal_data` what they hold of a person: how it is handed over, how it is erased, what has to
stay.
"""
