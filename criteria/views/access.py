"""From an address to a self-assessment: 404 outside the scope, 403 with the reason inside."""

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest

from core import periods
from criteria.models import Assessment, Criterion
from units.models import Placement


def visible_assessment(request: HttpRequest, pk: int, *, with_managers: bool = False) -> Assessment:
    """The assessment with what every page shows of it, in one query.

    `receiver_name` is the name of today of the office that receives it, None before sending.

    Args:
        with_managers: whether who manages the unit, or a member's home, today comes with it.

    Raises Http404 outside the person's scope.
    """
    today = Placement.objects.on(periods.today())
    offices = today.filter(unit=OuterRef("receiver"))
    found = (
        Assessment.objects.visible_to(request.user)
        .select_related(
            "round__campaign", "criteria_set__document", "placement", "unit", "begun_by"
        )
        .annotate(receiver_name=Subquery(offices.values("name")[:1]))
    )
    if with_managers:
        body = today.filter(unit=OuterRef("placement__unit")).values("managed_by")[:1]
        above = today.filter(unit=OuterRef("managing")).values("managed_by")[:1]
        found = found.annotate(managing=Subquery(body)).annotate(managing_that=Subquery(above))
    try:
        assessment = found.get(pk=pk)  # unlike `first`, puts nothing in order
    except Assessment.DoesNotExist:
        raise Http404 from None
    if with_managers:
        bodies = (assessment.managing, assessment.managing_that)  # type: ignore[attr-defined]
        assessment.managers_today = [one for one in bodies if one]
    return assessment


def criterion_of(assessment: Assessment, criterion_id: int) -> Criterion:
    """One criterion of the assessment's set. Raises Http404."""
    found = Criterion.objects.filter(
        pk=criterion_id, criteria_set=assessment.criteria_set_id
    ).select_related("source")
    criterion = found.first()
    if criterion is None:
        raise Http404
    return criterion
