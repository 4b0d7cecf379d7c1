"""Settings, addresses, server entry, page server, worker and commands. Composes the rooms; nobody imports it.

Tables: none. Verbs: the commands `demo`, `serve`, `test`, `doctor` and the worker. `settings` is all from the
environment (`env`), `front` is the page server, `setup` makes what the repository ignores.
"""
