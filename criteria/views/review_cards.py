"""What the review page shows beside each criterion; templates decide nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from criteria import rules
from criteria.evaluation import wants_verdict
from criteria.forms.judging import JudgeForm
from criteria.history import Revised
from criteria.models import Answer, Criterion
from criteria.sheets import Sheet, seen_of
from criteria.views.cards import CriterionCard, VerdictCard, read_cards


@dataclass(frozen=True)
class Judging:
    """The panel in which one criterion is judged.

    Attributes:
        seen: what it shows, as the verdict sends it back.
        allowed: whether this person may judge now.
        form: bound where a verdict came back with an error.
        refusal: why the verdict was not taken, beside the errors of the form.
        partly_fails: whether accepting what the unit answered concludes that it is not met.
    """

    criterion: Criterion
    url: str
    seen: str
    allowed: bool
    verdict: VerdictCard | None
    form: JudgeForm
    refusal: str = ""
    partly_fails: bool = False

    @property
    def open(self) -> bool:
        """Whether the choices stand open: no verdict yet that holds, or one was just refused."""
        return self.allowed and (not self.judged or self.form.is_bound)

    @property
    def judged(self) -> bool:
        """Whether a verdict holds."""
        return self.verdict is not None and not self.verdict.overtaken


@dataclass(frozen=True)
class ReviewCard(CriterionCard):
    """One criterion to be judged; `judging` is None where it takes no verdict of its own."""

    judging: Judging | None = None
    revised: Revised | None = None


@dataclass(frozen=True)
class Refusal:
    """A verdict that was not taken: as it was sent, and why beside the errors of its form."""

    form: JudgeForm
    sentence: str = ""


def review_cards(
    sheet: Sheet,
    *,
    allowed: bool,
    query: str,
    revised: Mapping[str, Revised],
    refused: Mapping[int, Refusal],
) -> list[ReviewCard]:
    """Every criterion of the set, to be judged.

    Args:
        allowed: whether the person may judge now.
        query: what the addresses of the page carry along.
        revised: what changed since the last review, by criterion code.
        refused: verdicts that came back, by criterion key.
    """
    return [
        ReviewCard(
            **vars(card),
            judging=_judging(sheet, card, allowed, query, refused.get(card.criterion.pk)),
            revised=revised.get(card.criterion.code),
        )
        for card in read_cards(sheet)
    ]


def _judging(
    sheet: Sheet, card: CriterionCard, allowed: bool, query: str, refusal: Refusal | None
) -> Judging | None:
    if not wants_verdict(card.spec.rule):
        return None
    answer = sheet.answers.get(card.criterion.pk)
    url = reverse("assessments:judge", args=[sheet.assessment.pk, card.criterion.pk])
    return Judging(
        criterion=card.criterion,
        url=f"{url}?{query}",
        seen=seen_of(sheet, card.criterion),
        allowed=allowed,
        verdict=card.verdict,
        form=refusal.form if refusal else judge_form(card.criterion, card.spec.rule, answer),
        refusal=refusal.sentence if refusal else "",
        partly_fails=_partly_fails(card.spec.rule, answer),
    )


def _partly_fails(rule: rules.Rule | None, answer: Answer | None) -> bool:
    """Whether the unit answered "partly" where the rule asks for the whole."""
    return (
        isinstance(rule, rules.AttestedRule)
        and not rule.partly_is_enough
        and answer is not None
        and answer.value.get("value") == "partly"
    )


def judge_form(
    criterion: Criterion,
    rule: rules.Rule | None,
    answer: Answer | None = None,
    data: Mapping[str, Any] | None = None,
) -> JudgeForm:
    """The form of a verdict on a criterion."""
    return JudgeForm(criterion.pk, rule, answer, data)


def overtaken(current: Answer) -> str:
    """What to say to whom a colleague, or the unit, was ahead of."""
    if current.verdict:
        return _(
            "Not saved: %(by)s has judged this criterion meanwhile. Look at that verdict; what "
            "you send now replaces it."
        ) % {"by": current.verified_by}
    return _(
        "Not saved: this criterion has changed since you opened the page. Look at what stands "
        "there now, then judge it."
    )
