"""The settings of the tests: production's, over a database that is thrown away.

pytest-django reads the settings before any conftest, and pytest-xdist hands its environment to its
workers, so this module is where the server of a test run starts; one server serves all workers.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "known to everybody, good for tests only")
os.environ.setdefault("PERSONAL_DATA_KEY", "known to everybody, good for tests only")

import environ

from campaign.settings import *  # noqa: F403
from core import private_postgres

# Tests create and drop databases, so they connect as the owner. A DATABASE_URL of the caller's
# (a CI service, another server version) goes before the private server.
_url = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
DATABASES["default"] |= environ.Env.db_url_config(  # noqa: F405
    _url or private_postgres.owner_url(private_postgres.throwaway())
)
DATABASE_OWNER_URL = ""
# A connection kept by a thread of the live server would hold the test database back at its end.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405

# The real hasher is slow on purpose; the names of static files need no digest here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Beside the throwaway database, whose end also clears up after test processes that were cut off.
_sockets = os.environ.get(private_postgres.THROWAWAY_VARIABLE)
_beside = Path(_sockets).parent if _sockets else None
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="thidua-media-", dir=_beside))
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
# Nothing was collected into STATIC_ROOT: the live server finds static files where they are.
WHITENOISE_AUTOREFRESH = True
