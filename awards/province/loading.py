"""Making the invented province, and taking it out again."""

import random
from collections.abc import Callable

from django.db import connection, transaction

from accounts.models import User
from awards.province import homes, removing
from awards.province.assessed import Assessed
from awards.province.proposed import propose
from awards.province.rows import LARGE, Writer
from awards.province.stage import BASIS, Stage
from core import copying, journal
from units.models import Placement

Progress = Callable[[int, int], None]


def is_loaded() -> bool:
    """Whether an invented province is in the database."""
    return Placement.objects.filter(provenance=BASIS).exists()


@transaction.atomic
def load(households: int, seed: int, progress: Progress = lambda done, of: None) -> None:
    """Make the province, whole or not at all, as the owner of the tables.

    What it holds is decided by `seed`, the number of households and the day. The tables are locked
    meanwhile; of the rows only those of one commune are in memory.

    Args:
        progress: told how many communes of how many are written.

    Raises:
        LookupError: units, plans or the demonstration are not loaded.
    """
    dice = random.Random(seed)  # noqa: S311 -- no secrets
    with journal.act("demo.load", reason=f"{BASIS}: {households} hộ, seed {seed}"):
        stage = Stage()
        communes = stage.communes(dice)
        sizes = homes.sizes(dice, len(communes), households)
        with copying.relieved(LARGE):
            writer, assessed, number = Writer(stage), Assessed(stage), 0
            for done, (commune, each) in enumerate(zip(communes, sizes, strict=True), start=1):
                hamlets = homes.found(dice, commune, each, number)
                organisations = homes.organisations(commune)
                villages = [writer.people(dice, hamlet) for hamlet in hamlets]
                for village in villages:
                    writer.registers(village)
                    writer.holds(village)
                    assessed.members(dice, village)
                writer.own_titles(commune, organisations)
                writer.states(commune, hamlets, organisations)
                assessed.communes(dice, commune)
                writer.flush()
                assessed.flush()
                propose(stage, commune, villages)
                number += len(hamlets)
                progress(done, len(communes))
        _let_planner_know()


def remove() -> None:
    """Take out the people of the province and what stands on them, inside the act that takes out
    the demonstration; what is left goes with that.

    Raises:
        Refused: people outside the demonstration have worked on them.
    """
    removing.remove(User.objects.filter(is_demo=True))


def _let_planner_know() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def tidy() -> None:
    """Give back the room of rows that are gone, and note which pages hold only what everybody sees
    (outside a transaction, as the owner)."""
    tables = ", ".join(model._meta.db_table for model in LARGE)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {tables}")
