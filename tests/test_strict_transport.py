"""How far browsers are bound to TLS is said in the environment; the widest is never a default."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASK = (
    "from campaign import settings as s;"
    "print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "0 False False"),
        ({"HTTPS": "1"}, "31536000 False False"),
        ({"HTTPS": "1", "HSTS_SECONDS": "60", "HSTS_SUBDOMAINS": "1"}, "60 True False"),
        ({"HTTPS": "1", "HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, "31536000 True True"),
    ],
)
def test_names_beside_the_portal_are_bound_by_choice_only(
    environment: dict[str, str], told: str
) -> None:
    ours = {"SECRET_KEY": "known to everybody", "DATABASE_URL": "postgresql://localhost/none"}
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**os.environ, **ours, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == told
