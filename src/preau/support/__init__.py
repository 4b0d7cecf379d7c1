"""What learners and their team say to each other: requests, saved replies, announcements, alerts, incidents.

Tables: Request, Entry, SavedReply, Announcement, Alert, Incident. Verbs: ask, reply, claim, answer, merge, close a
request; land a mail in the queue; write, schedule and send an announcement; raise an alert; tell an incident.
"""
