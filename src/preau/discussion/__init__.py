"""Where people of a course talk: spaces, rooms, threads, circles, and those who keep them kind.

Tables: Space, Room, Thread, Post, Edit, Vote, Entry, LiveSession; Member, Circle, CircleMember, Follow, ReadMark; Flag,
ModerationAct, Notice.
Verbs: ask (`begin` is its work), reply, edit, delete, restore, thank, reveal, accept, follow, read; `worded`, `touch`
and `settle` are what they are made of; meeting: introduce;
profiles: change; hosting: give_hosts; greeting: measure;
moderating: claim, hide, warn, mute, ban, lift, settle, contest; telling, digests, search, live sessions.
"""
