"""What every room may use and none owns: ids, Markdown, dates in words, the gate for uploads, the frame of the pages.

Tables: none; it knows no learning word. Verbs: none. Formats: `markdown`, `archives`. `common.sqlite` is the backend
whose UUIDs take 16 bytes, `common.origin` the cross-origin rule, `common/assets` the style sheet and the script.
"""
