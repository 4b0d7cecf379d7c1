"""Where people of a course talk: spaces, rooms, threads, circles, and those who keep them kind.

Tables: Space, Room, Thread, Post, Edit, Vote, Entry, LiveSession; Member, Circle, CircleMember, Follow, ReadMark; Flag,
ModerationAct, Notice.
Verbs: ask, reply, edit, delete, restore, thank, reveal, accept, follow, read; meeting: introduce, change_profile;
moderating: claim, hide, warn, mute, ban, lift, settle, contest; telling, digests, search, live sessions.
"""
