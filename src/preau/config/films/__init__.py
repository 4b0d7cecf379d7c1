"""The sample course's videos: scripts of ours, drawn, spoken and subtitled on this machine, once.

`script` reads `samples/films/*.yaml`; `slides` draws (typst), `voice` speaks (eSpeak NG), `making` puts a film together
(ffmpeg) with its subtitles, whole or not at all; `showing` brings the films into the world of `./preau demo`.
"""
