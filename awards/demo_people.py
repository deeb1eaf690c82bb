"""The accounts of the demonstration: all of them sign in with one password."""

from collections.abc import Mapping
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.models import User

PASSWORD = "demo"  # noqa: S105 -- said on the sign-in page; refused anywhere but on loopback


def person(username: str, full_name: str) -> User:
    """An invented person who can sign in (inside an act)."""
    return people({username: full_name})[0]


def people(called: Mapping[str, str]) -> list[User]:
    """Invented people who can sign in, by user name and full name (inside an act)."""
    return User.objects.bulk_create(
        User(username=username, full_name=name, is_demo=True, password=_hash())
        for username, name in called.items()
    )


@cache
def _hash() -> str:
    """Slow to make, as hashes of passwords are: once for all of them."""
    return make_password(PASSWORD)
