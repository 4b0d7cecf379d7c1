"""`./preau demo`: the main job on an embedded database."""

from argparse import SUPPRESS, ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.accounts.models import Person
from preau.config import command, series, world
from preau.config.demo import Wanted, answered, run
from preau.config.films import making, showing
from preau.config.setup import SetupError, say, state_folder
from preau.simulation import rules


class Command(BaseCommand):
    help = (
        "Builds a sample world in var/demo/: a course, a finished edition played by simulated learners up to their "
        "certificates, an edition in its second week today, one open for enrolment. Then serves it on this machine "
        "and makes the course's three videos meanwhile."
    )

    requires_system_checks = ()  # they open the operator's own database, which is none of this command's business

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, default=300, metavar="N", help="of the finished edition")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed, the same figures")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--keep", action="store_true", help="serve the world that is there, build nothing")
        parser.add_argument("--no-serve", action="store_true", help="build and tell, serve nothing")
        parser.add_argument(
            "--films",
            action=BooleanOptionalAction,
            help="the course's three videos, made once served; with --no-serve only where --films asks",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and the logins there")
        parser.add_argument("--build", action="store_true", help=SUPPRESS)  # fills this process's own state folder
        parser.add_argument("--bring-films", choices=["now", "served"], help=SUPPRESS)  # into this state folder's world

    def handle(self, *args: Any, learners: int, seed: int, build: bool, **options: Any) -> None:
        if learners < 1:
            raise CommandError("--learners: at least one")
        if build:
            command.migrate()
            world.build(learners=learners, seed=seed, tell=say)
            return
        if options["bring_films"]:
            film(options["bring_films"], options["port"])
            return
        wanted = Wanted(
            learners=learners,
            seed=seed,
            port=options["port"],
            keep=options["keep"],
            serve=not options["no_serve"],
            json=options["json"],
            films=options["films"] if options["films"] is not None else not options["no_serve"],
        )
        try:
            run(wanted)
        except SetupError as error:
            raise CommandError(str(error)) from error


def film(when: str, port: int) -> None:
    """Brings the videos into the world of this process's state folder; they are kept beside it, for the next one."""
    if when == "now":
        command.migrate()
    elif not answered(port):
        return
    administrator = Person.objects.filter(email=f"administrator@{rules.DOMAIN}").first()
    sources = sorted(making.SCRIPTS.glob("*.yaml"))
    try:
        version = showing.bring(
            series.COURSE, sources, state_folder().resolve().parent / "films", by=administrator, tell=say
        )
    except making.Unfilmable as error:
        raise CommandError(f"no videos: {error}") from error
    if version is not None:
        say(f"the sample course has its videos (version {version.number}); the worker makes them light")
        if teacher := Person.objects.filter(email=f"teacher@{rules.DOMAIN}").first():
            showing.improve(version, sources, teacher=teacher, tell=say)
