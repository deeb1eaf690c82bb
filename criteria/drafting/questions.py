"""What becomes of answers when one version of a set takes the place of another.

An answer is to a question: what the rule asks for. A threshold, a scale or a source may change and
the answer stands; where something else is asked, it has to be given anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from criteria import evaluation, rules
from criteria.answers import AnswerError, parse_answer
from criteria.models import Answer, Criterion


class Fate(StrEnum):
    """What becomes of the answers to a criterion."""

    KEPT = "kept"
    """The same is asked, in the same words."""
    REWORDED = "reworded"
    """The same is asked, in other words or by another threshold: kept, and worth a look."""
    ANEW = "anew"
    """Something else is asked: the value is dropped, explanation and evidence stay."""
    DROPPED = "dropped"
    """The later version has no such criterion, or it asks nothing any more."""
    ADDED = "added"
    """The version before did not ask it."""


#: Fates of criteria of which nothing that was typed is lost.
KEPT = frozenset({Fate.KEPT, Fate.REWORDED})


@dataclass(frozen=True)
class Fated:
    """A criterion and what becomes of its answers.

    Attributes:
        before, after: its records; None where a version has none.
    """

    code: str
    fate: Fate
    before: Criterion | None
    after: Criterion | None


def fates(old: evaluation.Form, new: evaluation.Form) -> dict[str, Fated]:
    """What becomes of the answers to each criterion that takes or took one, by code: in the order
    of the new version, what it dropped last."""
    before, after = _takers(old), _takers(new)
    found: dict[str, Fated] = {}
    for code, (criterion, rule) in after.items():
        then = before.get(code)
        fate = _fate(then, (criterion, rule)) if then else Fate.ADDED
        found[code] = Fated(code, fate, then[0] if then else None, criterion)
    for code, (criterion, _rule) in before.items():
        if code not in found:
            found[code] = Fated(code, Fate.DROPPED, criterion, None)
    return found


_Taker = tuple[Criterion, rules.Rule | None]


def _takers(form: evaluation.Form) -> dict[str, _Taker]:
    """The criteria that answers or verdicts stand at: all that do not combine others."""
    return {
        spec.code: (criterion, spec.rule)
        for criterion, spec in zip(form.criteria, form.specs, strict=True)
        if not rules.children_of(spec.rule)
    }


def _fate(then: _Taker, now: _Taker) -> Fate:
    (old, old_rule), (new, new_rule) = then, now
    if _question(old_rule) != _question(new_rule):
        return Fate.ANEW
    same_words = (old.wording, old.quote) == (new.wording, new.quote)
    return Fate.KEPT if same_words and old_rule == new_rule else Fate.REWORDED


# What of a rule says what is asked; the rest says how the answer is judged.
_ASKS: dict[type[rules.Rule], tuple[str, ...]] = {
    rules.NumberRule: ("unit",),
    rules.ShareRule: ("numerator", "denominator", "denominator_indicator"),
    rules.ShareHoldingTitleRule: ("title", "grade", "unit_kind", "denominator_indicator"),
    rules.HoldsTitleRule: ("title", "grade", "on", "of"),
    rules.ScoreRule: ("max",),
}


def _question(rule: rules.Rule | None) -> tuple[object, ...]:
    """What a rule asks for."""
    if rule is None:
        return ()
    return rule.kind, *(getattr(rule, name) for name in _ASKS.get(type(rule), ()))


def carried(answers: Iterable[Answer], found: Mapping[str, Fated]) -> list[Answer]:
    """The answers as they stand under the later version; those it drops are left out.

    Copies that keep their keys, unsaved. A value that the later version's rule cannot take is
    dropped like that of another question. A verdict stands where nothing changed.

    Args:
        answers: to criteria of the version before.
        found: what becomes of them (`fates`).
    """
    codes = {one.before.pk: code for code, one in found.items() if one.before}
    copies = []
    for answer in answers:
        one = found[codes[answer.criterion_id]]
        if one.after is not None:
            copies.append(_carried(answer, one, one.after))
    return copies


def _carried(answer: Answer, one: Fated, criterion: Criterion) -> Answer:
    names = [field.attname for field in Answer._meta.concrete_fields]
    copy = Answer(**{name: getattr(answer, name) for name in names})
    copy.criterion_id = criterion.pk
    if one.fate != Fate.KEPT:
        copy.clear_verdict()
    if one.fate not in KEPT or not _fits(criterion, copy):
        copy.value = {}
    return copy


def _fits(criterion: Criterion, answer: Answer) -> bool:
    if criterion.rule is None:
        return True
    try:
        parse_answer(rules.parse(criterion.rule), answer.value)
    except AnswerError:
        return False
    return True
