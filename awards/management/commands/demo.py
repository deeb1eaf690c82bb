"""Load the demonstration, or take it out again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from awards import demo
from core.owner import as_owner
from core.workflow import Refused


class Command(BaseCommand):
    """`manage.py demo`: safe to run again; what is loaded stays as people have changed it."""

    help = "Load the demonstration (Vĩnh Long after the reform), or --remove it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2026, help="decides what is invented")
        parser.add_argument("--remove", action="store_true", help="take the demonstration out")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove()
        elif User.objects.filter(is_demo=True).exists():
            self.stdout.write("The demonstration is loaded already; nothing was changed.")
        else:
            self._load(options["seed"])

    def _load(self, seed: int) -> None:
        try:
            states = demo.load(seed)
        except LookupError as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        self.stdout.write(f"The demonstration is loaded: self-assessments {counts}.")

    def _remove(self) -> None:
        try:
            with as_owner():
                count = demo.remove()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The demonstration is removed, {count} self-assessments with it.")
