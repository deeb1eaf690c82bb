"""What the policy of the pages forbids, found in their markup."""

from html.parser import HTMLParser


class _Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        for name, value in attrs:
            inline = name == "style" or name.startswith(("on", "hx-on", "data-hx-on"))
            if inline or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}")


def inline(html: str) -> list[str]:
    """Inline styles, scripts and handlers in `html`."""
    parser = _Inline()
    parser.feed(html)
    return parser.found
