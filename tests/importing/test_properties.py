"""Whatever is edited in a list: the preview says just that, writing does it, undoing unmakes it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import factories
from tests import unit_factories as make
from tests.importing.bringing import (
    HEAD,
    NUMBER,
    PEOPLE,
    PLACE,
    Bringing,
    changes,
    counts,
    households,
    picture,
)

Household = tuple[str, int | None]
people = st.none() | st.integers(1, 9)
known = st.lists(
    st.tuples(st.sampled_from(["Kim Lan", "Sơn Ngọc", "Thạch Ron"]), people), max_size=6
)
edits = st.lists(
    st.none()
    | st.just("as it is")
    | st.tuples(st.sampled_from(["Kim Lan", "Kim Anh", "+1 Anh"]), people),
    min_size=6,
    max_size=6,
)
added = st.lists(
    st.tuples(st.sampled_from(["Lý Minh", "Trần Bình", "@Mới"]), people), max_size=4, unique=True
)


class RandomEdits(TestCase):
    """A list as the portal knows it, edited at random, in a random order of rows and columns."""

    @settings(max_examples=40, deadline=None)
    @given(known, edits, added, st.randoms(use_true_random=False))
    def test_preview_writing_and_undoing_agree(
        self, before: list[Household], how: list[Any], new: list[Household], chance: Any
    ) -> None:
        bringing = Bringing(make.village(factories.land()))
        hamlet, thon = bringing.hamlet, bringing.village.thon
        for name, number in before:
            make.member(thon, hamlet, "household", name, people=number)
        kept = {
            number: one if edit == "as it is" else edit
            for number, (one, edit) in enumerate(zip(before, how, strict=False), 1)
            if edit is not None
        }
        rows = [
            *((number, hamlet.name, *row) for number, row in kept.items()),
            *((None, hamlet.name, *row) for row in new),
        ]
        chance.shuffle(rows)
        order = chance.sample(range(4), 4)
        table = [[row[at] for at in order] for row in [(NUMBER, PLACE, HEAD, PEOPLE), *rows]]
        stood = picture(hamlet)
        subject = bringing.bring(table)
        changed = [number for number, row in kept.items() if row != before[number - 1]]
        same, missing = len(kept) - len(changed), len(before) - len(kept) if rows else 0
        assert counts(subject) == (len(new), len(changed), same, missing, 0)
        assert [line for line, _said in changes(subject)] == [
            line
            for line, (number, _place, *_row) in enumerate(rows, 2)
            if number is None or number in changed
        ]
        assert picture(hamlet) == stood
        if not new and not changed:
            return
        subject = bringing.take("order", subject)
        assert (subject.state, subject.sentence) == ("written", "")
        after = {number: kept.get(number, one) for number, one in enumerate(before, 1)}
        entered = [(name, count) for number, _place, name, count in rows if number is None]
        expected = [
            *((number, *row) for number, row in after.items()),
            *((number, *row) for number, row in enumerate(entered, len(before) + 1)),
        ]
        assert households(hamlet) == expected
        assert bringing.take("undo", subject).state == "undone"
        assert picture(hamlet) == stood
