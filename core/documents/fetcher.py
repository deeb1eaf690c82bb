"""What WeasyPrint may open while it makes a paper: nothing but what is named here.

static:<path>   a static file of the project or its packages, by the finders of staticfiles
font:<face>     one of the four files of the typeface (core.documents.fonts)
record:<key>    bytes that the caller handed over, such as a picture of the evidence

Anything else – file:, http:, data:, a path that climbs out – is refused, and ends the rendering:
text of users is escaped and cannot hold an address, so that one is a mistake of a template.
"""

from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.documents import fonts


class AddressRefused(ValueError):
    """The address is not one that a paper may open."""


class PaperFetcher(URLFetcher):
    """URL fetcher without network and without the file system.

    records     key → (media type, content) of the record: addresses
    """

    def __init__(self, records: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._records = records

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The content behind the address. Raises AddressRefused."""
        scheme, _, name = url.partition(":")
        match scheme:
            case "static":
                path = _static_file(name)
            case "font" if name in fonts.FACES:
                path = fonts.faces()[name]
            case "record" if name in self._records:
                media_type, content = self._records[name]
                return URLFetcherResponse(url, content, {"Content-Type": media_type})
            case _:
                raise AddressRefused(url)
        media_type = guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})


def _static_file(name: str) -> Path:
    try:
        found = finders.find(name)
    except SuspiciousFileOperation as error:
        raise AddressRefused(f"static:{name}") from error
    if not found or not Path(found).is_file():
        raise AddressRefused(f"static:{name}")
    return Path(found)
