"""A rule in words, before anything is judged: what is asked, and when it is met.

`criteria.explain` tells how something was judged; here the same rules are read aloud on the pages
of the criteria, with their thresholds. Numbers are written the Vietnamese way in every language.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import singledispatch

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.numbers import format_vi_number
from criteria import rules

Names = Mapping[str, str]

# Dated facts of a place by which a rule is relaxed, as sentences name them.
_FACTS: dict[str, Promise] = {
    "vung-kho-khan": gettext_lazy(
        "remote places, places of special difficulty and of ethnic minorities"
    ),
}
_DAYS: dict[str, Promise] = {
    "figures_day": gettext_lazy("on the day the figures are true of"),
    "decision_day": gettext_lazy("on the day of the decision"),
}


def describe(rule: rules.Rule | None, titles: Names, kinds: Names) -> list[str]:
    """The rule of one criterion in sentences: what is asked, then when it is met.

    Args:
        rule: None where no source gives it.
        titles: names of titles by code.
        kinds: names of the kinds of unit by code.
    """
    if rule is None:
        return [_("No source gives what is asked: nothing can be concluded.")]
    if isinstance(rule, rules.ShareHoldingTitleRule):
        return _share_holding_title(rule, titles, kinds)
    if isinstance(rule, rules.HoldsTitleRule):
        return [_holds_title(rule, titles)]
    return _sentences(rule)


@singledispatch
def _sentences(rule: object) -> list[str]:
    raise TypeError(f"no words for {type(rule).__name__}")


@_sentences.register
def _attested(rule: rules.AttestedRule) -> list[str]:
    met = _("“Yes” or “Partly”") if rule.partly_is_enough else _("“Yes”")
    return [
        _("Answer: Yes / Partly / No, with an explanation; a person judges it."),
        _("Met by %(answer)s, as verified.") % {"answer": met},
    ]


@_sentences.register
def _number(rule: rules.NumberRule) -> list[str]:
    asked = _("A whole number: %(unit)s.") if rule.whole else _("A number: %(unit)s.")
    return [asked % {"unit": rule.unit}, *_measure(rule, f" {rule.unit}")]


@_sentences.register
def _share(rule: rules.ShareRule) -> list[str]:
    asked = _("Share in percent: %(numerator)s, among %(denominator)s.") % {
        "numerator": rule.numerator,
        "denominator": rule.denominator,
    }
    return [asked, *_measure(rule, " %")]


@_sentences.register
def _score(rule: rules.ScoreRule) -> list[str]:
    asked = _("0 to %(max)s points, in steps of %(step)s.") % {
        "max": format_vi_number(rule.max),
        "step": format_vi_number(rule.step),
    }
    if not rule.floor:
        return [asked]
    return [asked, _("Met from %(floor)s points.") % {"floor": format_vi_number(rule.floor)}]


@_sentences.register
def _all_of(rule: rules.AllOfRule) -> list[str]:
    return [_("Met when all of these are: %(codes)s.") % {"codes": ", ".join(rule.of)}]


@_sentences.register
def _at_least(rule: rules.AtLeastRule) -> list[str]:
    return [
        ngettext(
            "Met when at least %(n)d of these is: %(codes)s.",
            "Met when at least %(n)d of these are: %(codes)s.",
            rule.n,
        )
        % {"n": rule.n, "codes": ", ".join(rule.of)}
    ]


def _holds_title(rule: rules.HoldsTitleRule, titles: Names) -> str:
    values = {"title": _title(rule.title, rule.grade, titles), "day": _DAYS[rule.on]}
    if rule.of == "member":
        return _("Met when a member of the unit holds the title %(title)s %(day)s.") % values
    return _("Met when the unit holds the title %(title)s %(day)s.") % values


def _share_holding_title(
    rule: rules.ShareHoldingTitleRule, titles: Names, kinds: Names
) -> list[str]:
    asked = _("Share of those that hold the title %(title)s, among: %(kind)s.") % {
        "title": _title(rule.title, rule.grade, titles),
        "kind": kinds.get(rule.unit_kind, rule.unit_kind),
    }
    return [asked, *_measure(rule, " %")]


def _title(code: str, grade: int | None, titles: Names) -> str:
    name = titles.get(code, code)
    if grade is None:
        return name
    return _("%(title)s, grade %(grade)s or higher") % {"title": name, "grade": grade}


def _measure(rule: rules.Graded, unit: str) -> list[str]:
    """The threshold, or the steps of the scale, with its unit behind each number."""
    if rule.at_least is not None:
        return [_("Met when ≥ %(limit)s.") % {"limit": _amount(rule.at_least, unit)}]
    if rule.at_most is not None:
        return [_("Met when ≤ %(limit)s.") % {"limit": _amount(rule.at_most, unit)}]
    return [_band(band, unit) for band in rule.bands or ()]


def _band(band: rules.Band, unit: str) -> str:
    parts = [f"≥ {_amount(band.min, unit)}: {band.label}"]
    if band.points is not None:
        parts.append(_points(band.points))
    if not band.met:
        parts.append(_("not met"))
    return ", ".join(parts) + "."


def _points(points: Decimal) -> str:
    text = ngettext("%(points)s point", "%(points)s points", 1 if points == 1 else 2)
    return text % {"points": format_vi_number(points)}


def _amount(value: Decimal, unit: str) -> str:
    return f"{format_vi_number(value)}{unit}"


def describe_set(rule: rules.SetRule, criteria: Sequence[rules.CriterionSpec]) -> list[str]:
    """The rule of a whole set in sentences."""
    if isinstance(rule, rules.ScoreTotalRule):
        return _total(rule, criteria)
    items = rules.items_of(rule, criteria)
    if isinstance(rule, rules.AtLeastRule) and rule.n < len(items):
        met = ngettext(
            "Met when at least %(n)d of %(total)d criteria is met.",
            "Met when at least %(n)d of %(total)d criteria are met.",
            rule.n,
        ) % {"n": rule.n, "total": len(items)}
    elif len(items) == 1:
        met = _("Met when its only criterion is met.")
    else:
        met = _("Met when all %(total)d criteria are met.") % {"total": len(items)}
    return [met, *_unsourced(criteria)]


def _total(rule: rules.ScoreTotalRule, criteria: Sequence[rules.CriterionSpec]) -> list[str]:
    floors = sorted(
        {spec.rule.floor for spec in criteria if isinstance(spec.rule, rules.ScoreRule)} - {0}
    )
    values = {"total": format_vi_number(rule.total)}
    if len(floors) == 1:
        values["floor"] = format_vi_number(floors[0])
        met = _("Met when the total is ≥ %(total)s points and no item is below %(floor)s.")
    elif floors:
        met = _("Met when the total is ≥ %(total)s points and no item is below its minimum.")
    else:
        met = _("Met when the total is ≥ %(total)s points.")
    sentences = [met % values]
    if rule.relaxed is not None:
        sentences.append(
            _("≥ %(total)s points in: %(place)s.")
            % {
                "total": format_vi_number(rule.relaxed.total),
                "place": _FACTS.get(rule.relaxed.fact, rule.relaxed.fact),
            }
        )
    return [*sentences, *_unsourced(criteria)]


def _unsourced(criteria: Sequence[rules.CriterionSpec]) -> list[str]:
    """What cannot be concluded while sources are missing."""
    missing = sum(1 for spec in criteria if not spec.sourced)
    if not missing:
        return []
    return [
        ngettext(
            "%(missing)d of its criteria has no source yet: the set can be filled in, its result "
            "cannot be concluded.",
            "%(missing)d of its criteria have no source yet: the set can be filled in, its result "
            "cannot be concluded.",
            missing,
        )
        % {"missing": missing}
    ]
