"""Sentences for outcomes, in the language of the reader, from the trace alone.

Nothing is looked up: a trace that was frozen years ago reads the same. Numbers and dates are
written the Vietnamese way in every language, as they stand on the papers.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import singledispatch

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.numbers import format_vi_number
from criteria.outcome import (
    Answered,
    Basis,
    Combined,
    Contradiction,
    Differs,
    Finding,
    Gathered,
    Judged,
    Measure,
    Measured,
    Missing,
    NoTitle,
    Outcome,
    Quotient,
    Reached,
    RequiredAnswer,
    RequiredCriteria,
    RequiredLimit,
    RequiredScale,
    RequiredTitle,
    RequiredTotal,
    Requirement,
    SourceDocument,
    Status,
    Term,
    TitleOnRecord,
    TitleRefused,
    Total,
)
from criteria.rules import Band

STATUS_LABELS: dict[Status, str | Promise] = {
    Status.MET: gettext_lazy("Met"),
    Status.NOT_MET: gettext_lazy("Not met"),
    Status.UNANSWERED: gettext_lazy("Not answered"),
    Status.NO_DATA: gettext_lazy("No data"),
    Status.INCONCLUSIVE: gettext_lazy("Cannot be concluded"),
}

BASIS_LABELS: dict[Basis, str | Promise] = {
    Basis.COUNTED: gettext_lazy("counted from lists"),
    Basis.DECLARED: gettext_lazy("declared"),
    Basis.JUDGED: gettext_lazy("judged by the reviewer"),
    Basis.HELD: gettext_lazy("by the register of recognitions"),
}

# What is judged is the unit's answer or what the reviewer put in its place: no sentence says whose.
_ANSWERS = {
    "yes": gettext_lazy("Answer: yes."),
    "partly": gettext_lazy("Answer: partly."),
    "no": gettext_lazy("Answer: no."),
}

_MISSING = {
    "answer": gettext_lazy("No answer yet."),
    "numerator": gettext_lazy("The number of those that meet it is missing."),
    "denominator": gettext_lazy("The total is missing."),
    "decision": gettext_lazy("The declared number does not name its decision."),
    "figure": gettext_lazy("No data: the figure “%(name)s” is not on record."),
    "holders": gettext_lazy(
        "No data: neither a list nor a declared number of holders of %(name)s."
    ),
    "grade": gettext_lazy("The recognition of %(name)s does not state its grade."),
    "judgement": gettext_lazy("Waits for the reviewer’s judgement."),
    "source": gettext_lazy(
        "No source yet gives the full text or figure, so nothing can be concluded."
    ),
}


def explain(outcome: Outcome) -> list[str]:
    """The whole explanation: what is required first, then each finding, one sentence each."""
    steps = [*([outcome.threshold] if outcome.threshold else []), *outcome.trace]
    return [sentence(step) for step in steps]


@singledispatch
def sentence(step: Requirement | Finding) -> str:
    """One step of an explanation, the requirement or a finding, as a sentence."""
    raise TypeError(f"no sentence for {type(step).__name__}")


# ── requirements ───────────────────────────────────────────────────────────────────────────────


@sentence.register
def _required_answer(requirement: RequiredAnswer) -> str:
    return _("Required: yes or partly.") if requirement.partly_is_enough else _("Required: yes.")


@sentence.register
def _required_limit(requirement: RequiredLimit) -> str:
    amount = _amount(requirement.limit, requirement.measure, requirement.unit)
    if requirement.compare == "at_least":
        return _("Required: at least %(amount)s.") % {"amount": amount}
    return _("Required: at most %(amount)s.") % {"amount": amount}


@sentence.register
def _required_scale(requirement: RequiredScale) -> str:
    bands = (
        _("from %(amount)s: %(result)s")
        % {
            "amount": _amount(band.min, requirement.measure, requirement.unit),
            "result": _band(band),
        }
        for band in requirement.bands
    )
    return _("Scale: %(bands)s.") % {"bands": "; ".join(bands)}


def _band(band: Band) -> str:
    parts = [band.label]
    if band.points is not None:
        parts.append(_amount(band.points, "points"))
    if not band.met:
        parts.append(_("not met"))
    return ", ".join(parts)


@sentence.register
def _required_title(requirement: RequiredTitle) -> str:
    title = requirement.name
    if requirement.grade is not None:
        title = _("%(title)s, grade %(grade)s or higher") % {
            "title": title,
            "grade": requirement.grade,
        }
    values = {"title": title, "day": _day(requirement.day)}
    if requirement.of == "member":
        return _("Required: a member of the unit holds %(title)s on %(day)s.") % values
    return _("Required: the unit holds %(title)s on %(day)s.") % values


@sentence.register
def _required_criteria(requirement: RequiredCriteria) -> str:
    values = {"n": requirement.n, "codes": _codes(requirement.of)}
    if requirement.n == len(requirement.of):
        return _("Required: all of the criteria %(codes)s.") % values
    return _("Required: at least %(n)s of the criteria %(codes)s.") % values


@sentence.register
def _required_total(requirement: RequiredTotal) -> str:
    limit = _amount(requirement.limit, "points")
    if requirement.relaxed_from is None:
        return _("Required: at least %(points)s in total, no item below its minimum.") % {
            "points": limit
        }
    return _(
        "Required: at least %(points)s in total, no item below its minimum (lowered from "
        "%(ordinary)s: %(fact)s, %(document)s)."
    ) % {
        "points": limit,
        "ordinary": _amount(requirement.relaxed_from, "points"),
        "fact": requirement.fact,
        "document": requirement.document,
    }


# ── findings ───────────────────────────────────────────────────────────────────────────────────


@sentence.register
def _answered(finding: Answered) -> str:
    return str(_ANSWERS[finding.value])


@sentence.register
def _judged(finding: Judged) -> str:
    if finding.met:
        return _("The reviewer judged the criterion met.")
    return _("The reviewer judged the criterion not met.")


@sentence.register
def _measured(finding: Measured) -> str:
    amount = _amount(finding.value, finding.measure, finding.unit)
    if finding.out_of is None:
        return _("The figure is %(amount)s.") % {"amount": amount}
    return _("Scores %(points)s out of %(max)s.") % {
        "points": amount,
        "max": format_vi_number(finding.out_of),
    }


@sentence.register
def _quotient(finding: Quotient) -> str:
    return _("Share %(percent)s: %(numerator)s; %(denominator)s.") % {
        "numerator": _term(finding.numerator),
        "denominator": _term(finding.denominator),
        "percent": _amount(finding.percent, "percent"),
    }


def _term(term: Term) -> str:
    """A number with where it comes from: `Số hộ: 1.500 (số kê khai, Báo cáo số 5/BC-UBND)`."""
    where = [_term_source(term)]
    if term.document:
        where.append(term.document)
    if term.day is not None:
        where.append(_("on %(day)s") % {"day": _day(term.day)})
    return f"{term.label}: {format_vi_number(term.value)} ({', '.join(where)})"


def _term_source(term: Term) -> str:
    if term.source == "list":
        return str(BASIS_LABELS[Basis.COUNTED])
    if term.source == "figure":
        return _("figure of the place")
    return str(BASIS_LABELS[Basis.DECLARED])


@sentence.register
def _reached(finding: Reached) -> str:
    if finding.band is None:
        return _("Below the lowest step of the scale.")
    return _("Reached: %(result)s.") % {"result": _band(finding.band)}


@sentence.register
def _differs(finding: Differs) -> str:
    values = {
        "declared": format_vi_number(finding.declared),
        "used": format_vi_number(finding.used),
        "difference": format_vi_number(abs(finding.used - finding.declared)),
        "document": finding.document,
    }
    if finding.what == "denominator":
        return (
            _(
                "The unit declares a total of %(declared)s, the figure of the place is %(used)s "
                "(difference %(difference)s); the figure counts."
            )
            % values
        )
    if finding.document:
        return (
            _(
                "The unit declares %(declared)s by %(document)s, the lists show %(used)s "
                "(difference %(difference)s); the lists count."
            )
            % values
        )
    return (
        _(
            "The unit declares %(declared)s, the lists show %(used)s "
            "(difference %(difference)s); the lists count."
        )
        % values
    )


@sentence.register
def _title_on_record(finding: TitleOnRecord) -> str:
    parts = [_held(finding)]
    if finding.grade is not None:
        parts.append(_("grade %(grade)s") % {"grade": finding.grade})
    parts.append(_("by %(decision)s") % {"decision": finding.decision})
    parts.append(_validity(finding))
    if not finding.confirmed:
        parts.append(_("declared, not yet confirmed"))
    return f"{', '.join(parts)}."


def _held(finding: TitleOnRecord) -> str:
    values = {"title": finding.name, "holder": finding.holder}
    if finding.state == "in_force":
        if finding.holder:
            return _("%(holder)s holds the title %(title)s") % values
        return _("Holds the title %(title)s") % values
    if finding.holder:
        return _("%(holder)s: recognition of %(title)s not in force") % values
    return _("Recognition of %(title)s not in force") % values


def _validity(finding: TitleOnRecord) -> str:
    if finding.state == "not_yet":
        return _("valid from %(day)s") % {"day": _day(finding.valid_from)}
    if finding.valid_until is None:
        return _("valid without end")
    return _("valid until %(day)s") % {"day": _day(finding.valid_until)}


@sentence.register
def _no_title(finding: NoTitle) -> str:
    return _("No recognition of %(title)s is on record.") % {"title": finding.name}


@sentence.register
def _title_refused(finding: TitleRefused) -> str:
    values = {"title": finding.name, "decision": finding.decision, "day": _day(finding.day)}
    if finding.state == "rejected":
        return _("The recognition of %(title)s by %(decision)s was rejected on %(day)s.") % values
    return _("The recognition of %(title)s by %(decision)s was revoked on %(day)s.") % values


@sentence.register
def _gathered(finding: Gathered) -> str:
    parts = []
    if finding.listed_places:
        parts.append(
            ngettext(
                "counted from the list of %(number)d place: %(count)s",
                "counted from the lists of %(number)d places: %(count)s",
                finding.listed_places,
            )
            % {"number": finding.listed_places, "count": format_vi_number(finding.listed)}
        )
    if finding.declared_places:
        parts.append(
            ngettext(
                "declared by %(number)d place: %(count)s",
                "declared by %(number)d places: %(count)s",
                finding.declared_places,
            )
            % {"number": finding.declared_places, "count": format_vi_number(finding.declared)}
        )
    if finding.missing:
        parts.append(_("no data: %(places)s") % {"places": ", ".join(finding.missing)})
    said = f"{finding.name}: {'; '.join(parts)}."
    if finding.also_declared is None or finding.also_declared == finding.also_counted:
        return said
    values = {
        "declared": format_vi_number(finding.also_declared),
        "counted": format_vi_number(finding.also_counted),
    }
    differs = _(
        "Places with a list declare %(declared)s, their lists give %(counted)s; the lists count."
    )
    return f"{said} {differs % values}"


@sentence.register
def _missing(finding: Missing) -> str:
    return str(_MISSING[finding.what]) % {"name": finding.name}


@sentence.register
def _contradiction(finding: Contradiction) -> str:
    values = {"numerator": _term(finding.numerator), "denominator": _term(finding.denominator)}
    if finding.what == "above_whole":
        return _("A part cannot exceed the whole: %(numerator)s; %(denominator)s.") % values
    return _("There is nothing to take a share of: %(denominator)s.") % values


@sentence.register
def _combined(finding: Combined) -> str:
    parts = [
        f"{label}: {_codes(codes)}"
        for label, codes in (
            (STATUS_LABELS[Status.MET], finding.met),
            (STATUS_LABELS[Status.NOT_MET], finding.not_met),
            (_("Not yet decided"), finding.waiting),
        )
        if codes
    ]
    return f"{'; '.join(parts)}."


@sentence.register
def _total(finding: Total) -> str:
    parts = [
        _("%(points)s out of %(max)s")
        % {"points": _amount(finding.points, "points"), "max": format_vi_number(finding.out_of)}
    ]
    if finding.still_possible:
        possible = _amount(finding.still_possible, "points")
        parts.append(_("up to %(points)s still open") % {"points": possible})
    if finding.below_floor:
        parts.append(_("below the minimum: %(codes)s") % {"codes": _codes(finding.below_floor)})
    return f"{'; '.join(parts)}."


@sentence.register
def _source_document(finding: SourceDocument) -> str:
    return _("Basis: %(document)s.") % {"document": finding.citation}


# ── words and figures ──────────────────────────────────────────────────────────────────────────


def _amount(value: Decimal, measure: Measure, unit: str = "") -> str:
    written = format_vi_number(value)
    if measure == "percent":
        return f"{written}%"
    if measure == "points":
        text = ngettext("%(points)s point", "%(points)s points", 1 if value == 1 else 2)
        return text % {"points": written}
    return f"{written} {unit}"


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(codes)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
