"""A plan file names the register of which a criterion speaks with words that stand there."""

from tests.awards.plans.conftest import Copy

FILE = "05-registers.yaml"
COMMUNE = 'set: tra-vinh-cap-xa, criterion: "3", words: "nhiều sáng kiến, giải pháp hiệu quả"'


def test_words_that_do_not_stand_in_the_criterion(copy: Copy) -> None:
    line = copy.edit(FILE, COMMUNE, COMMUNE.replace("sáng kiến", "phát minh"))
    words = "nhiều phát minh, giải pháp hiệu quả"
    assert copy.faults() == [f"{FILE}:{line}: “{words}” does not stand in the criterion"]


def test_a_criterion_that_is_not_there(copy: Copy) -> None:
    line = copy.edit(FILE, COMMUNE, COMMUNE.replace('"3"', '"9"'))
    assert copy.faults() == [f"{FILE}:{line}: there is no criterion tra-vinh-cap-xa/9"]


def test_a_criterion_named_twice(copy: Copy) -> None:
    line = copy.append(FILE, f"  - {{register: contributions, {COMMUNE}}}\n")
    assert copy.faults() == [f"{FILE}:{line}: tra-vinh-cap-xa/3 is named twice"]


def test_a_register_that_is_none(copy: Copy) -> None:
    line = copy.edit(FILE, f"register: initiatives, {COMMUNE}", f"register: ideas, {COMMUNE}")
    (fault,) = copy.faults()
    assert fault.startswith(f"{FILE}:{line}: register_links.register")
