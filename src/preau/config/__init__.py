"""Settings, addresses, server entry, page server, worker and commands. Composes the rooms; nobody imports it.

Tables: none. Verbs: the commands `demo`, `serve`, `test`, `backup`, `restore`, `doctor` and the worker. `settings` is
all from the environment (`env`), `front` is the page server, `setup` makes what the repository ignores. What an
operator watches is here too: `observing` and `metrics` note requests, `views_operator` is the page at the desk.
"""
