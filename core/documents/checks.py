"""System check: a server that cannot make papers says so when it starts, not in the evening."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from core.documents import fonts


@register()
def typeface_is_complete(**kwargs: Any) -> list[CheckMessage]:
    """core.E030 if Liberation Serif is missing or lacks Vietnamese letters."""
    try:
        fonts.faces()
    except fonts.FontsMissing as error:
        return [Error(str(error), id="core.E030")]
    return []
