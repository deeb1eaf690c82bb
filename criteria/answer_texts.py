"""Answers as people type and read them: field by field, the Vietnamese way.

The form, the comparison of two people's values, the history, the review and the paper all take
their labels and texts from here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import format_vi_number
from criteria import rules
from criteria.answers import is_number

CHOICES: dict[str, str | Promise] = {
    "yes": gettext_lazy("Yes"),
    "partly": gettext_lazy("Partly"),
    "no": gettext_lazy("No"),
}
NOTE_LABEL = gettext_lazy("Explanation")


def labels(rule: rules.Rule | None) -> dict[str, str]:
    """The fields of an answer in order, each with its label; none where nothing is asked."""
    match rule:
        case rules.AttestedRule():
            return {"value": _("Self-assessment")}
        case rules.NumberRule(unit=unit):
            return {"value": _("Number (%(measure)s)") % {"measure": unit}}
        case rules.ShareRule(numerator=part, denominator=whole):
            return {"numerator": part, "denominator": whole}
        case rules.ShareHoldingTitleRule():
            return {
                "numerator": _("Number that hold the title"),
                "denominator": _("Total"),
                "decision": _("By the decision"),
            }
        case rules.ScoreRule():
            return {"points": _("Points")}
        case _:
            return {}


def stated(rule: rules.Rule | None) -> frozenset[str]:
    """The fields that no form asks for, because the unit states the figure once, elsewhere."""
    indicator = getattr(rule, "denominator_indicator", None)
    return frozenset({"denominator"}) if indicator else frozenset()


def verified_labels(rule: rules.Rule | None) -> dict[str, str]:
    """The same where the reviewer says what stands in the place of the unit's answer."""
    named = {"value": _("Verified value")} if isinstance(rule, rules.AttestedRule) else {}
    return labels(rule) | named


def typed(rule: rules.Rule | None, value: Mapping[str, Any]) -> dict[str, str]:
    """An answer as a form sends it: every field with its text, empty where it is open."""
    if rule is None:
        return {}
    return {name: _typed(rule, name, value.get(name)) for name in labels(rule)}


def _typed(rule: rules.Rule, name: str, stored: Any) -> str:
    if stored is None:
        return ""
    return format_vi_number(Decimal(stored)) if is_number(rule, name) else str(stored)


def shown(rule: rules.Rule | None, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """An answer for readers: label and text of each field, empty where it is open."""
    return _texts(rule, value, labels(rule))


def claimed(rule: rules.Rule | None, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The same without the figure that the unit states elsewhere: the outcome says what was read,
    and an open field would say that nothing is known."""
    elsewhere = {name for name in stated(rule) if value.get(name) is None}
    named = {name: label for name, label in labels(rule).items() if name not in elsewhere}
    return _texts(rule, value, named)


def verified(rule: rules.Rule | None, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The reviewer's value for readers, as `shown`."""
    return _texts(rule, value, verified_labels(rule))


def _texts(
    rule: rules.Rule | None, value: Mapping[str, Any], named: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    texts = typed(rule, value)
    if isinstance(rule, rules.AttestedRule):  # what is typed elsewhere is nobody's choice
        texts = {name: str(CHOICES.get(text, text)) for name, text in texts.items()}
    return tuple((label, texts[name]) for name, label in named.items())
