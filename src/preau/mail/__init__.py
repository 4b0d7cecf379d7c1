"""The outbox: the one door for every message, and what comes back.

Tables: Message, Preference, Suppression. Verbs: `queue` and `queue_many` (in the transaction of the change), `deliver`
(by the worker; over SMTP through the postman, a process of its own), `prefer`, `stop` and `listen` (what a person
wants), `bounced` and `lift` (addresses that are closed), `again` (what was given up), `sent_to` and `forget` (for a
person's own data). Mail that comes in is read by `incoming`; one message to many is counted and withdrawn by
`campaigns`. A person is a bare id and an address here, and an address without an account has an id made from it
(`rules.stranger`); languages, zones and names come from above, and so do the kinds of messages (`kinds`).
"""
