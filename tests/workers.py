"""Workers as processes of their own, over the database of the tests: to be killed."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app


def worker(*options: str) -> "subprocess.Popen[bytes]":
    """A worker of its own process, over the database of the tests."""
    found = connection.get_connection_params()
    place = urlencode({"host": found["host"], "port": found.get("port", 5432)})
    url = f"postgresql://{found['user']}@/{found['dbname']}?{place}"
    words = ["manage.py", "procrastinate", "worker", "--queues", "jobs", *options]
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "campaign.settings",
            "SECRET_KEY": "known to everybody, good for tests only",
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": url,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def until(true: Callable[[], bool], seconds: float = 240, *, every: float = 0.5) -> None:
    """Wait until something is so, looking every so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(every)


def take_up_again() -> None:
    """Half a minute passes, and the periodic job does what it does every five minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"
        )

    async def retry() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as over:
            async with over.open_async():
                await over.tasks["core.retry_stalled_jobs"].func(0)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(retry())).result()
