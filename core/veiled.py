"""Words that travel in an address without being read there.

What somebody searches for may be a person's name. In an address it would stand in the logs of every
proxy on the way and in the browser's history; kept by the server it would have to be removed again.
So the address carries it enciphered: the page can be gone back to, and only the portal reads it.
"""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac

NAME = "w"  # in addresses


@lru_cache(maxsize=1)
def _cipher(secret: str) -> Fernet:
    key = salted_hmac("core.veiled", "", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def veil(words: str) -> str:
    """`words` as an address may carry them; each time another text."""
    return _cipher(settings.SECRET_KEY).encrypt(words.encode()).decode()


def unveil(text: str) -> str:
    """The words that were veiled; empty where the text is not the portal's own."""
    try:
        return _cipher(settings.SECRET_KEY).decrypt(text.encode()).decode()
    except InvalidToken:
        return ""


def address(path: str, words: str, **more: str) -> str:
    """The address of a page with words that cannot be read from it; without any, as it is."""
    query = urlencode({**more, **({NAME: veil(words)} if words else {})})
    return f"{path}?{query}" if query else path


def opened(data: Mapping[str, Any], field: str) -> dict[str, Any]:
    """What an address asks for, with the words that it carries as `field`; one that carries them
    openly is not heard, so that nobody makes such addresses."""
    said = {name: data.get(name) for name in data}
    return {**said, field: unveil(str(data.get(NAME, "")))}
