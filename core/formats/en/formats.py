"""English is a second language over Vietnamese papers: days and numbers stay as on the papers."""

from core.formats.vi.formats import *  # noqa: F403 -- one way to write days and numbers
