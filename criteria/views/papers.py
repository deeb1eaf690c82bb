"""The papers of a self-assessment, made when they are asked for."""

from django.http import HttpRequest, HttpResponse

from accounts import demonstration
from core import periods, seals
from core.access import require, requires
from core.documents.render import render_pdf
from core.views import files
from criteria import papers, permissions, routing, sheets
from criteria.models import Assessment
from criteria.views.access import visible_assessment


@requires("assessment.view")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a self-assessment with its summary of results, as a PDF file."""
    assessment = visible_assessment(request, pk)
    require(permissions.sees_content(request.user, assessment))
    sees_verdicts, _reason = permissions.sees_verdicts(request.user, assessment)
    sheet = sheets.read_sheet(assessment, as_claimed=not sees_verdicts)
    circumstances = papers.Circumstances(
        office=_office(sheet),
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
    )
    content = render_pdf(papers.self_assessment_report(sheet, circumstances))
    return files.paper(content, _stem(assessment))


def _office(sheet: sheets.Sheet) -> str:
    """The office that has received it; before the sending, the one that would."""
    name: str | None = getattr(sheet.assessment, "receiver_name", None)
    if name:
        return name
    assessment = sheet.assessment
    kind, path = assessment.unit.kind, assessment.path
    receiving = routing.receiver_of(kind, path, periods.today())
    return receiving.name if receiving else ""


def _stem(assessment: Assessment) -> str:
    code = assessment.placement.code or assessment.unit_id
    return f"bao-cao-tu-danh-gia-{code}-{assessment.round.assessed_year}"
