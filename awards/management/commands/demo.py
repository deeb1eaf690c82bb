"""Load the demonstration, or take it out again."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from awards import demo
from awards.province import loading
from core import statistics
from core.owner import as_owner
from core.workflow import Refused


class Command(BaseCommand):
    """`manage.py demo`: safe to run again; what is loaded stays as people have changed it."""

    help = "Load the demonstration (Vĩnh Long after the reform), or --remove it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2026, help="decides what is invented")
        parser.add_argument(
            "--households",
            type=int,
            metavar="N",
            help="and a whole province of N invented households, to measure on (needs DEMO=1)",
        )
        parser.add_argument("--remove", action="store_true", help="take the demonstration out")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove()
            return
        households = options["households"]
        if households is not None:
            _check(households)
        if User.objects.filter(is_demo=True).exists():
            self.stdout.write("The demonstration is loaded already; nothing was changed.")
        else:
            self._load(options["seed"])
        if households is not None:
            self._load_province(households, options["seed"])

    def _load(self, seed: int) -> None:
        try:
            states = demo.load(seed)
        except LookupError as error:
            raise CommandError(str(error)) from error
        statistics.analyze("accounts", "core", "units", "campaign", "criteria", "awards")
        counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        self.stdout.write(f"The demonstration is loaded: self-assessments {counts}.")

    def _load_province(self, households: int, seed: int) -> None:
        if loading.is_loaded():
            self.stdout.write("The province is loaded already; nothing was changed.")
            return
        begun = time.monotonic()
        try:
            with as_owner():
                loading.load(households, seed, self._tell)
                loading.tidy()
        except LookupError as error:
            raise CommandError(str(error)) from error
        taken = time.monotonic() - begun
        self.stdout.write(f"The province is loaded: {households:,} households in {taken:.0f} s.")

    def _tell(self, done: int, of: int) -> None:
        if done % 20 == 0 or done == of:
            self.stdout.write(f"  {done} of {of} communes")

    def _remove(self) -> None:
        try:
            with as_owner():
                had_province = loading.is_loaded()
                count = demo.remove()
                if had_province:
                    loading.tidy()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The demonstration is removed, {count} self-assessments with it.")


def _check(households: int) -> None:
    if not settings.DEMO:
        raise CommandError("A province of invented people needs DEMO=1.")
    if households < 1:
        raise CommandError("--households needs a number above 0.")
