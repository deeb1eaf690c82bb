"""What the pages of a self-assessment show of each criterion; templates decide nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import StoredFile
from core.numbers import format_vi_number
from core.presentation import OthersValue, SaveState, Thumbnail
from criteria import (
    answer_texts,
    evaluation,
    explain,
    explanations,
    precheck,
    rules,
    unit_figures,
)
from criteria.forms.answering import AnswerForm, Entry, initial
from criteria.models import (
    Answer,
    AnswerVerdict,
    Assessment,
    AssessmentState,
    Criterion,
    Evidence,
)
from criteria.outcome import Outcome
from criteria.register_links import Held, held_for
from criteria.sheets import Sheet
from criteria.unit_figures import UnitFigures
from criteria.views.sources import criterion_url, own_quote

Shown = tuple[tuple[str, str], ...]

THUMBNAILS = 3  # of each file beside a criterion; its other pages are a click away


@dataclass(frozen=True)
class OutcomeCard:
    """How a criterion, or the whole set, stands by its rule, in sentences."""

    key: str
    status: str
    label: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class EvidenceCard:
    """One attached file: where its original and its pictures are, and who attached it."""

    pk: int
    name: str
    size: int
    url: str
    remove_url: str
    waiting: bool
    note: str
    pages: tuple[Thumbnail, ...]
    further: tuple[Thumbnail, ...]


@dataclass(frozen=True)
class EvidenceList:
    """What is attached to one criterion, and where more is sent to."""

    criterion: Criterion
    url: str
    editable: bool
    pieces: tuple[EvidenceCard, ...]
    errors: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether a picture is still being made."""
        return any(piece.waiting for piece in self.pieces)


@dataclass(frozen=True)
class VerdictCard:
    """What the reviewing office said to an answer.

    Attributes:
        corrected: whether what was marked has been changed since.
        overtaken: how the criterion stood then, where it stands otherwise by now.
        in_force: whether its value counts although the whole was returned.
    """

    state: str
    label: str
    reason: str
    verified: Shown
    by: str
    at: Any
    corrected: bool
    overtaken: str
    in_force: bool


@dataclass(frozen=True)
class FigureCard:
    """The figure that is the whole of a share: what is stated of it, and where."""

    name: str
    shown: str
    url: str


@dataclass(frozen=True)
class CriterionCard:
    """One criterion with everything that stands beside it."""

    criterion: Criterion
    spec: rules.CriterionSpec
    wording: str
    quote: str
    citation: str
    source_url: str
    combines: bool
    declare_url: str
    takes_evidence: bool
    points: str
    claims: Shown
    outcome: OutcomeCard
    evidence: EvidenceList
    verdict: VerdictCard | None = None
    answer_url: str = ""
    entries: tuple[Entry, ...] = ()
    save: SaveState | None = None
    held: Held | None = None
    held_url: str = ""
    figure: FigureCard | None = None

    @property
    def holds_title(self) -> bool:
        """Whether recognitions answer, and nothing is asked."""
        return bool(self.declare_url)


@dataclass(frozen=True)
class Group:
    """Criteria that stand under one heading."""

    name: str
    cards: list[CriterionCard] = field(default_factory=list)


def groups(cards: Iterable[CriterionCard]) -> list[Group]:
    """The cards in order, under the headings of their set."""
    found: list[Group] = []
    for card in cards:
        if not found or found[-1].name != card.criterion.group:
            found.append(Group(card.criterion.group))
        found[-1].cards.append(card)
    return found


def read_cards(sheet: Sheet) -> list[CriterionCard]:
    """Every criterion of the set, to be read."""
    held = _held(sheet)
    return [
        _card(sheet, criterion, spec, **held.get(criterion.pk, {}))
        for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True)
    ]


def _held(sheet: Sheet) -> dict[int, dict[str, Any]]:
    """What the registers hold for the criteria that speak of them, with where they stand."""
    year = sheet.assessment.round.assessed_year
    name = sheet.assessment.placement.name
    found = {}
    for key, held in held_for(sheet.assessment, sheet.form.criteria).items():
        query = urlencode({"register": held.register.value, "year": year, "q": name})
        found[key] = {"held": held, "held_url": f"{reverse('registers:index')}?{query}"}
    return found


def fill_cards(
    sheet: Sheet, user: Any, typed: Mapping[int, tuple[AnswerForm, SaveState]]
) -> list[CriterionCard]:
    """Every criterion of the set, to be filled in.

    Args:
        typed: by criterion key, a form that could not be saved, with why.
    """
    cards, held = [], _held(sheet)
    stated = _stated(sheet)
    for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True):
        combines = bool(rules.children_of(spec.rule))
        answer = sheet.answers.get(criterion.pk)
        form, save = typed.get(criterion.pk) or (
            AnswerForm(key_of(sheet.assessment, criterion), spec.rule, answer),
            saved_state(sheet.assessment, criterion, answer, user),
        )
        url = reverse("assessments:answer", args=[sheet.assessment.pk, criterion.pk])
        extra: dict[str, Any] = {**held.get(criterion.pk, {})}
        if not combines:
            extra |= {"entries": tuple(form.entries()), "save": save, "answer_url": url}
        extra["figure"] = _figure(sheet, spec.rule, stated)
        cards.append(_card(sheet, criterion, spec, editable=not combines, **extra))
    return cards


def to_correct(cards: Iterable[CriterionCard]) -> list[Criterion]:
    """The criteria that are marked for correction and have not been corrected yet."""
    return [
        card.criterion
        for card in cards
        if card.verdict
        and card.verdict.state == AnswerVerdict.TO_CORRECT
        and not card.verdict.corrected
    ]


def in_force(cards: Iterable[CriterionCard]) -> list[Criterion]:
    """The criteria whose verified value counts although the whole was returned."""
    return [card.criterion for card in cards if card.verdict and card.verdict.in_force]


def _card(
    sheet: Sheet,
    criterion: Criterion,
    spec: rules.CriterionSpec,
    *,
    editable: bool = False,
    **extra: Any,
) -> CriterionCard:
    answer = sheet.answers.get(criterion.pk)
    pieces = sheet.evidence.get(criterion.pk, [])
    outcome = sheet.outcome.criteria[criterion.code]
    combines = bool(rules.children_of(spec.rule))
    declare_url = _declare_url(sheet.assessment, spec.rule)
    return CriterionCard(
        criterion=criterion,
        spec=spec,
        wording=criterion.wording[:1].upper() + criterion.wording[1:],
        quote=own_quote(criterion),
        citation=", ".join(filter(None, (spec.document, str(criterion.source)))),
        source_url=criterion_url(criterion),
        combines=combines,
        declare_url=declare_url,
        # A title is proved by its decision, which stands with the recognition.
        takes_evidence=bool(pieces) or not (combines or declare_url),
        points=explanations.points(spec.rule, outcome),
        claims=_claims(spec.rule, answer),
        outcome=outcome_card(str(criterion.pk), outcome),
        evidence=evidence_list(sheet.assessment, criterion, pieces, editable=editable),
        verdict=_verdict(sheet.assessment, spec, answer, outcome) if answer else None,
        **extra,
    )


def _claims(rule: rules.Rule | None, answer: Answer | None) -> Shown:
    """What the unit says, field by field; the explanation only where there is one."""
    if answer is None:
        return answer_texts.claimed(rule, {})
    shown = answer_texts.claimed(rule, answer.value)
    return (*shown, (str(answer_texts.NOTE_LABEL), answer.note)) if answer.note else shown


def _verdict(
    assessment: Assessment, spec: rules.CriterionSpec, answer: Answer, outcome: Outcome
) -> VerdictCard | None:
    if not answer.verdict:
        return None
    return VerdictCard(
        state=answer.verdict,
        label=str(answer.get_verdict_display()),
        reason=answer.verdict_reason,
        verified=()
        if answer.verified_value is None
        else answer_texts.verified(spec.rule, answer.verified_value),
        by=str(answer.verified_by),
        at=answer.verified_at,
        corrected=answer.verdict == AnswerVerdict.TO_CORRECT
        and not precheck.needs_correction(answer),
        overtaken=_overtaken(answer, outcome),
        in_force=answer.verdict == AnswerVerdict.CHANGED
        and assessment.state == AssessmentState.RETURNED,
    )


def _overtaken(answer: Answer, outcome: Outcome) -> str:
    then = evaluation.outcome_then(answer, outcome)
    if then is None:
        return ""
    found = " ".join(explain.sentence(step) for step in then.trace)
    return f"{explain.STATUS_LABELS[then.status]}. {found}"


def _stated(sheet: Sheet) -> UnitFigures:
    """The figures that the rules of the set read (no query where they read none)."""
    if not unit_figures.read_by(sheet.form.rule, sheet.form.specs):
        return UnitFigures()
    assessment = sheet.assessment
    day = assessment.round.figures_day
    return unit_figures.of_unit(assessment.unit_id, assessment.path, day)


def _figure(sheet: Sheet, rule: rules.Rule | None, stated: UnitFigures) -> FigureCard | None:
    """The figure that a share is taken of; None for rules that read none."""
    indicator = unit_figures.indicator_of(rule)
    if indicator is None:
        return None
    known = stated.numbers.get(indicator)
    shown = ""
    if known:
        said = {
            "value": format_vi_number(known.value),
            "day": f"{known.day:%d/%m/%Y}",
            "paper": known.document,
        }
        shown = _("%(value)s on %(day)s, %(paper)s") % said
    url = reverse("units:figures", args=[sheet.assessment.unit_id])
    return FigureCard(stated.names.get(indicator, indicator), shown, url)


def _declare_url(assessment: Assessment, rule: rules.Rule | None) -> str:
    """Where the unit enters that it holds the title that is asked for; empty for other rules."""
    if not isinstance(rule, rules.HoldsTitleRule):
        return ""
    asked = urlencode({"unit": assessment.unit_id, "title": rule.title})
    return f"{reverse('recognitions:new')}?{asked}"


def outcome_card(key: str, outcome: Outcome) -> OutcomeCard:
    """An outcome in sentences."""
    label = str(explain.STATUS_LABELS[outcome.status])
    return OutcomeCard(key, outcome.status, label, tuple(explain.explain(outcome)))


def evidence_list(
    assessment: Assessment,
    criterion: Criterion,
    pieces: Sequence[Evidence],
    *,
    editable: bool,
    errors: Sequence[str] = (),
) -> EvidenceList:
    """What is attached to a criterion; `pieces` as `sheets.read_sheet` gives them."""
    return EvidenceList(
        criterion=criterion,
        url=reverse("assessments:upload", args=[assessment.pk, criterion.pk]),
        editable=editable,
        pieces=tuple(_piece(assessment, piece) for piece in pieces),
        errors=tuple(errors),
    )


def _piece(assessment: Assessment, piece: Evidence) -> EvidenceCard:
    stored = piece.file
    here = [assessment.pk, piece.pk]
    drawn: list[dict[str, int]] = piece.pictures  # type: ignore[attr-defined]
    pages = tuple(
        Thumbnail(url=reverse("assessments:evidence_page", args=[*here, page["number"]]), **page)
        for page in drawn
    )
    return EvidenceCard(
        pk=piece.pk,
        name=stored.name,
        size=stored.size,
        url=reverse("assessments:evidence", args=here),
        remove_url=reverse("assessments:evidence_remove", args=here),
        waiting=stored.preview == StoredFile.Preview.WAITING,
        note=_note(stored, len(drawn)),
        pages=pages[:THUMBNAILS],
        further=pages[THUMBNAILS:],
    )


def _note(stored: StoredFile, drawn: int) -> str:
    """What else is to be said of a file: who brought it, how far its preview is, its digest."""
    parts = [str(stored.uploaded_by)]
    if stored.preview != StoredFile.Preview.READY:
        parts.append(str(stored.get_preview_display()))
    undrawn = (stored.page_count or 0) - drawn
    if drawn and undrawn > 0:
        parts.append(
            ngettext(
                "%(number)d further page in the file",
                "%(number)d further pages in the file",
                undrawn,
            )
            % {"number": undrawn}
        )
    parts.append(f"SHA-256 {stored.sha256[:12]}…")
    return " · ".join(parts)


# Saving by itself


def key_of(assessment: Assessment, criterion: Criterion) -> str:
    """The key of an autosaved answer; it names the draft kept on the person's machine."""
    return f"{assessment.pk}-{criterion.pk}"


def saved_state(
    assessment: Assessment, criterion: Criterion, answer: Answer | None, user: Any
) -> SaveState:
    """What stands below an answer that is as it was saved last."""
    key = key_of(assessment, criterion)
    if answer is None:
        return SaveState(key, 0)
    by = "" if answer.saved_by_id == user.pk else str(answer.saved_by)
    return SaveState(key, answer.version, at=answer.saved_at, by=by)


def invalid_state(assessment: Assessment, criterion: Criterion, form: AnswerForm) -> SaveState:
    """What stands below an answer that cannot be."""
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    return SaveState(
        key_of(assessment, criterion),
        form.cleaned_data.get("version", 0),
        errors=tuple(sentences),
        invalid=tuple(form.errors),
    )


def conflict_state(
    assessment: Assessment, criterion: Criterion, form: AnswerForm, current: Answer
) -> SaveState:
    """What stands below an answer that somebody else changed meanwhile."""
    return SaveState(
        key_of(assessment, criterion),
        form.cleaned_data["version"],
        mine=form.mine(),
        theirs=others_value(assessment, form.rule, criterion, current),
    )


def others_value(
    assessment: Assessment, rule: rules.Rule | None, criterion: Criterion, answer: Answer
) -> OthersValue:
    """An answer as somebody else saved it, for the fields of the form and for people."""
    value = initial(rule, answer)
    return OthersValue(
        key=key_of(assessment, criterion),
        version=answer.version,
        values=value,
        shown=(
            *answer_texts.shown(rule, answer.value),
            (str(answer_texts.NOTE_LABEL), answer.note),
        ),
        by=str(answer.saved_by),
        at=answer.saved_at,
    )
