"""Courses in other formats, brought in and out.

Tables: none. Verbs: `importing.import_path` (a folder, a ZIP, one file). Formats: `mdx`, with the JavaScript values in
it. Commands: `import`, `export`.
"""
