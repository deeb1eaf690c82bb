"""What keeps a draft from being published, each in words that say where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from criteria import evaluation, rules, unit_figures
from criteria.applicability import competitors
from criteria.drafting.comparing import Comparison, compare
from criteria.models import CriteriaSet, SetDraft, Title
from units.models import FigureKind


@dataclass(frozen=True)
class Problem:
    """One thing that has to be mended.

    Attributes:
        code: of the criterion where it is; empty: the set as a whole.
    """

    sentence: str
    code: str = ""


@dataclass(frozen=True)
class Checked:
    """What a look at a draft finds: what is wrong with it, and what differs from its base."""

    problems: tuple[Problem, ...]
    comparison: Comparison


def check(draft: SetDraft) -> Checked:
    """Everything that keeps a draft from being published, and what differs; read once for one
    instance (six queries at most)."""
    if draft.problems_once is None:
        draft.problems_once = _check(draft)
    checked: Checked = draft.problems_once
    return checked


def forget(draft: SetDraft) -> None:
    """Look anew the next time."""
    draft.problems_once = None


def _check(draft: SetDraft) -> Checked:
    form, base = evaluation.form_of(draft.criteria_set), evaluation.form_of(draft.base)
    titles = {title.code: title for title in Title.objects.all()}
    comparison = compare(draft, {code: str(title) for code, title in titles.items()})
    found = [
        *_of_days(draft),
        *(Problem(one.sentence, one.code) for one in rules.errors_of_set(form.rule, form.specs)),
        *_of_titles(form, titles),
        *_of_figures(form),
        *_without_source(form, base),
    ]
    if comparison.is_empty:
        found.append(Problem(_("Nothing differs from the published version yet.")))
    return Checked(tuple(found), comparison)


def sound(draft: SetDraft) -> Verdict:
    """Whether nothing keeps it from being published; else the first that does."""
    found = check(draft).problems
    if not found:
        return YES
    first = found[0]
    if not first.code:
        return False, first.sentence
    words = {"code": first.code, "sentence": first.sentence}
    return False, _("Criterion %(code)s: %(sentence)s") % words


def _of_days(draft: SetDraft) -> Iterator[Problem]:
    """From which day, and what else is in force then."""
    mine = draft.criteria_set
    first = periods.first_day(mine.period)
    if first is None:
        yield Problem(_("Say from which day this version is in force."))
        return
    if first < periods.today():
        sentence = _(
            "It would be in force from %(day)s, a day that is over: what was judged until today "
            "was judged by the version before. Choose today or a later day."
        )
        yield Problem(sentence % {"day": f"{first:%d/%m/%Y}"})
    yield from _of_versions(draft, first)
    for other in competitors(mine).exclude(code=mine.code):
        sentence = _(
            "Two sets would apply to the same unit on one day: “%(name)s” (%(code)s, version "
            "%(version)d) is for the same kind of unit, territory and purpose."
        )
        words = {"name": other.name, "code": other.code, "version": other.version}
        yield Problem(sentence % words)


def _of_versions(draft: SetDraft, first: periods.Day) -> Iterator[Problem]:
    """The published versions of the set: none newer than the base, none that would run beside."""
    mine, base = draft.criteria_set, draft.base.version
    for other in CriteriaSet.objects.published().filter(code=mine.code).exclude(pk=mine.pk):
        begins = periods.first_day(other.period)
        if other.version > base:
            sentence = _(
                "Version %(other)d was published since this draft was begun as a copy of version "
                "%(base)d: discard this draft and begin it again from the new version."
            )
            yield Problem(sentence % {"other": other.version, "base": base})
        elif begins and begins >= first and periods.overlap(other.period, mine.period):
            sentence = _(
                "The periods of two versions overlap: version %(other)d begins on %(day)s. Choose "
                "a later day."
            )
            yield Problem(sentence % {"other": other.version, "day": f"{begins:%d/%m/%Y}"})


def _of_titles(form: evaluation.Form, titles: Mapping[str, Title]) -> Iterator[Problem]:
    """Titles that rules name are there, with their grades."""
    for spec in form.specs:
        rule = spec.rule
        if not isinstance(rule, rules.HoldsTitleRule | rules.ShareHoldingTitleRule):
            continue
        if rule.title not in titles:
            sentence = _("There is no title “%(title)s”.") % {"title": rule.title}
            yield Problem(sentence, spec.code)
        elif rule.grade and str(rule.grade) not in titles[rule.title].grades:
            yield Problem(_("The title has no grade %(grade)s.") % {"grade": rule.grade}, spec.code)


def _of_figures(form: evaluation.Form) -> Iterator[Problem]:
    """Kinds of figure and facts that rules name are asked of units (a query where one is named)."""
    if not unit_figures.read_by(form.rule, form.specs):
        return
    kinds = set(FigureKind.objects.values_list("code", flat=True))
    if isinstance(form.rule, rules.ScoreTotalRule) and form.rule.relaxed:
        fact = form.rule.relaxed.fact
        if fact not in kinds:
            yield Problem(_("No figure is collected for the fact “%(fact)s”.") % {"fact": fact})
    for spec in form.specs:
        indicator = unit_figures.indicator_of(spec.rule)
        if indicator and indicator not in kinds:
            sentence = _("There is no kind of figure “%(kind)s”.") % {"kind": indicator}
            yield Problem(sentence, spec.code)


def _without_source(form: evaluation.Form, base: evaluation.Form) -> Iterator[Problem]:
    """What no source gives may stay so, but is not added: nothing is asked that nobody can show."""
    known_gaps = {spec.code for spec in base.specs if not spec.sourced}
    for spec in form.specs:
        if not spec.sourced and spec.code not in known_gaps:
            yield Problem(
                _("No source gives it, and the version before did not ask it: give its source."),
                spec.code,
            )
