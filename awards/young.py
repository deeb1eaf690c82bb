"""Who is named by initials, because they are, or may be, a child."""

from core import periods

GROWN = 16  # years


def is_grown(birth_year: int | None) -> bool:
    """Whether somebody is known to be 16 today, by the year of birth; None is not known."""
    return birth_year is not None and periods.today().year - birth_year > GROWN


def initials(name: str) -> str:
    """The first letters of a name, “N. V. A.”."""
    return " ".join(f"{word[:1]}." for word in name.split())
