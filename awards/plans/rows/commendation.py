"""The rows of the forms of commendation, and of who receives and decides what."""

from awards.plans.rows.load import Load
from core import periods
from criteria.models import AwardForm, Route, RouteStep


def put_award_forms(load: Load) -> None:
    """The forms of commendation that documents name."""
    for order, record in enumerate(load.plans.award_forms):
        load.put(
            AwardForm,
            record,
            {"code": record.code},
            {
                "name": record.name,
                "occasion": record.occasion,
                "is_open": record.open,
                "decided_by": record.decided_by,
                "subject_kinds": [kind.value for kind in record.subject_kinds],
                "subject_text": record.subject_text,
                "document_id": load.documents[record.document].pk,
                "source_id": load.sources[record.source].pk,
                "article": record.article,
                "quote": record.quote,
                "order": order,
            },
        )


def put_routes(load: Load) -> None:
    """Who receives and decides what, step by step."""
    for record in load.plans.routes:
        route = load.put(
            Route,
            record,
            {"code": record.code},
            {
                "matter": record.matter.value,
                "subject_kinds": [kind.value for kind in record.subject_kinds],
                "title_id": load.titles[record.title].pk if record.title else None,
                "form_code": record.form or "",
                "territory_id": load.unit(record.territory),
                "period": periods.between(record.period.first, record.period.last),
                "document_id": load.documents[record.document].pk,
                "source_id": load.sources[record.source].pk,
                "quote": record.quote,
                "basis": record.basis,
            },
        )
        for order, step in enumerate(record.steps, start=1):
            load.put(
                RouteStep,
                step,
                {"route_id": route.pk, "order": order},
                {
                    "act": step.act.value,
                    "body": step.who,
                    "above": step.above.value if step.above else "",
                    "managing": step.managing,
                },
            )
