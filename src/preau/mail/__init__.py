"""The outbox: the one door for every message.

Tables: Message. Verbs: `queue` (in the transaction of the change), `deliver` (by the worker), `sent_to` and `forget`
(for a person's own data). A person is a bare id and an address here; languages and names come from above.
"""
