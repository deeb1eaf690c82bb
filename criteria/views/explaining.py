"""*Vì sao?*: how the result of a self-assessment came about, as a page and as a paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import demonstration
from core import periods, seals
from core.access import require, requires
from core.documents.render import render_pdf
from core.views import files
from criteria import explanation_papers, explanations, permissions, sheets
from criteria.models import Assessment
from criteria.views import cards
from criteria.views.access import visible_assessment
from criteria.views.head import deadline_of, head
from criteria.views.sources import criterion_url, own_quote


@requires("assessment.view")
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Each criterion with what is required, what was found, where that is from, and the source."""
    assessment = visible_assessment(request, pk)
    sheet = _sheet(request, assessment)
    context = {
        **head(assessment, deadline_of(assessment)),
        "result": cards.outcome_card("set", sheet.outcome.outcome),
        "frozen_on": explanations.frozen_on(sheet),
        "reasons": [
            (one, own_quote(one.criterion), criterion_url(one.criterion))
            for one in explanations.explanations(sheet)
        ],
    }
    return render(request, "criteria/why.html", context)


@requires("assessment.view")
def why_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF file."""
    assessment = visible_assessment(request, pk)
    paper = explanation_papers.explanation(
        _sheet(request, assessment),
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
    )
    code = assessment.placement.code or assessment.unit_id
    stem = f"giai-thich-ket-qua-{code}-{assessment.round.assessed_year}"
    return files.paper(render_pdf(paper), stem)


def _sheet(request: HttpRequest, assessment: Assessment) -> sheets.Sheet:
    """What `request`'s person may read of it; verdicts only once they are told."""
    require(permissions.sees_content(request.user, assessment))
    sees_verdicts, _reason = permissions.sees_verdicts(request.user, assessment)
    return sheets.read_sheet(assessment, as_claimed=not sees_verdicts)
