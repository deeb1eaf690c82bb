"""What a portal with a replica answers, as a process of its own: `python -m tests.replica_steps`.

Says a line for each step, which tests/test_replica.py reads.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
import psycopg

SUPERUSER = "postgres"


def main(sockets: Path, cluster: Path) -> None:
    """Play with the replica on `cluster`, whose socket lies in `sockets`, and stop it."""
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import reverse

    from core import notices, private_postgres, replica
    from tests import factories

    setup_test_environment()  # else an answer does not tell what it was made of

    def replaying(state: str) -> None:
        place = f"host={sockets} port={private_postgres.PORT} user={SUPERUSER} dbname=postgres"
        with psycopg.connect(place, autocommit=True) as server:
            server.execute(f"SELECT pg_wal_replay_{state}()")

    person = factories.user()
    code = next(kind.code for kind in notices.KINDS.values() if not kind.required)
    page = reverse("notices:preferences")

    def says(client: Client) -> str:
        answer = client.get(page)
        assert answer.status_code == 200
        return next(one.way for one in answer.context["choices"] if one.kind.code == code) or "mail"

    def until(true: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not true():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.1)

    writer, other = factories.signed_in(person), factories.signed_in(person)
    replica.ASKED_EVERY = float("inf")  # what everybody wrote until now is enough
    print("before:", says(writer), says(other))
    until(lambda: replica.has([replica.written_up_to()]))
    replaying("pause")
    assert writer.post(page, {code: "portal"}).status_code == 302
    print("paused:", says(writer), says(other))
    replica.ASKED_EVERY = 0  # what everybody wrote until the request before
    says(other)
    print("too far behind:", says(writer), says(other))
    replaying("resume")
    until(lambda: replica.has([replica.written_up_to()]))
    print("resumed:", says(writer), says(other))
    private_postgres.stop(cluster)
    print("without replica:", says(writer), says(other))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "campaign.settings"
    django.setup()
    main(Path(sys.argv[1]), Path(sys.argv[2]))
