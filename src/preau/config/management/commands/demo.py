"""`./preau demo`: the main job on an embedded database."""

from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.config import command, world
from preau.config.demo import Wanted, run
from preau.config.setup import SetupError, say


class Command(BaseCommand):
    help = (
        "Builds a sample world in var/demo/: a course, a finished edition played by simulated learners up to their "
        "certificates, an edition in its second week today, one open for enrolment. Then serves it on this machine."
    )

    requires_system_checks = ()  # they open the operator's own database, which is none of this command's business

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, default=300, metavar="N", help="of the finished edition")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed, the same figures")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--keep", action="store_true", help="serve the world that is there, build nothing")
        parser.add_argument("--no-serve", action="store_true", help="build and tell, serve nothing")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and the logins there")
        parser.add_argument("--build", action="store_true", help=SUPPRESS)  # fills this process's own state folder

    def handle(self, *args: Any, learners: int, seed: int, build: bool, **options: Any) -> None:
        if learners < 1:
            raise CommandError("--learners: at least one")
        if build:
            command.migrate()
            world.build(learners=learners, seed=seed, tell=say)
            return
        wanted = Wanted(
            learners=learners,
            seed=seed,
            port=options["port"],
            keep=options["keep"],
            serve=not options["no_serve"],
            json=options["json"],
        )
        try:
            run(wanted)
        except SetupError as error:
            raise CommandError(str(error)) from error
