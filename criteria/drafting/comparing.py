"""A draft beside the version from which it was begun: added, changed, removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import periods
from criteria import evaluation, rule_texts, rules
from criteria.models import CriteriaSet, Criterion, SetDraft
from units.models import UnitKind


@dataclass(frozen=True)
class Field:
    """What a field said before and says now, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """A criterion of which something differs.

    Attributes:
        fields: what was changed; of one that was added or removed what it says.
        kind: `added`, `changed` or `removed`.
    """

    kind: str
    code: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Comparison:
    """All that differs between two versions, the day of force aside.

    Attributes:
        of_set: what was changed of the set as a whole.
        reordered: whether criteria that both have stand in another order.
    """

    of_set: tuple[Field, ...]
    criteria: tuple[Difference, ...]
    reordered: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.of_set or self.criteria or self.reordered)


def compare(draft: SetDraft, titles: Mapping[str, str]) -> Comparison:
    """The draft beside its base (a query for the criteria of each, the first time).

    Args:
        titles: names of all titles by code.
    """
    return compare_sets(draft.base, draft.criteria_set, titles)


def compare_sets(base: CriteriaSet, other: CriteriaSet, titles: Mapping[str, str]) -> Comparison:
    """A set beside another, such as the one that it derives from; as `compare`."""
    old, new = evaluation.form_of(base), evaluation.form_of(other)
    before, after = _described(old, titles), _described(new, titles)
    added = [
        Difference("added", code, _fields({}, after[code])) for code in after.keys() - before.keys()
    ]
    removed = [
        Difference("removed", code, _fields(before[code], {}))
        for code in before.keys() - after.keys()
    ]
    changed = [
        Difference("changed", code, fields)
        for code in before.keys() & after.keys()
        if (fields := _fields(before[code], after[code]))
    ]
    order = list(dict.fromkeys([*after, *before]))
    both = [code for code in before if code in after]
    return Comparison(
        _fields(_set_words(old), _set_words(new)),
        tuple(sorted([*added, *changed, *removed], key=lambda one: order.index(one.code))),
        both != [code for code in after if code in before],
    )


def _fields(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Field, ...]:
    """The labels under which two descriptions differ."""
    return tuple(
        Field(label, before.get(label, ""), after.get(label, ""))
        for label in {**before, **after}
        if before.get(label, "") != after.get(label, "")
    )


def _described(form: evaluation.Form, titles: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What each criterion says, by its code, in order."""
    return {
        criterion.code: _criterion_words(criterion, spec, titles)
        for criterion, spec in zip(form.criteria, form.specs, strict=True)
    }


def _criterion_words(
    criterion: Criterion, spec: rules.CriterionSpec, titles: Mapping[str, str]
) -> dict[str, str]:
    kinds = {kind.value: str(kind.label) for kind in UnitKind}
    return {
        _("Wording"): criterion.wording,
        _("Rule"): " ".join(rule_texts.describe(spec.rule, titles, kinds)),
        _("Quoted text"): criterion.quote,
        _("Source"): str(criterion.source),
        _("Place in the document"): criterion.article,
        _("Group"): criterion.group,
        _("Evidence it asks for"): criterion.evidence_hint,
        _("Note"): criterion.note,
        _("Status"): str(criterion.get_status_display()),
    }


def _set_words(form: evaluation.Form) -> dict[str, str]:
    one: CriteriaSet = form.criteria_set
    last: Any = periods.last_day(one.period)
    return {
        _("Name"): one.name,
        _("When the set is met"): " ".join(_set_rule(form)),
        _("Document"): str(one.document),
        _("Source"): str(one.source),
        _("Place in the document"): one.article,
        _("Opening words"): one.intro_quote,
        _("Until and with"): f"{last:%d/%m/%Y}" if last else "",
        _("Who decided that"): one.in_force_basis,
        _("Derives from"): _version(one.derives_from) if one.derives_from else "",
        _("Note"): one.note,
    }


def _version(one: CriteriaSet) -> str:
    words = {"name": one.name, "version": one.version}
    return _("%(name)s, version %(version)d") % words


def _set_rule(form: evaluation.Form) -> list[str]:
    """The rule of the set, with the criteria it names where it does not look at all of them."""
    said = rule_texts.describe_set(form.rule, form.specs)
    named = rules.children_of(form.rule)
    return [*said, *([_("It looks at: %(codes)s.") % {"codes": ", ".join(named)}] if named else [])]
