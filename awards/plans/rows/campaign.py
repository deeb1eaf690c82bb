"""The rows of the campaign: its phases, rounds, targets and figures."""

from awards.plans.records.campaign import AskedBy
from awards.plans.rows.load import Load
from campaign.models import Campaign, Phase, Round, Target
from units.models import FigureKind, Measure


def put_campaigns(load: Load) -> None:
    """The campaign as a whole, by the document that launched it."""
    for record in load.plans.campaigns:
        load.campaigns[record.code] = load.put(
            Campaign,
            record,
            {"code": record.code},
            {
                "name": record.name,
                "from_year": record.years.first,
                "to_year": record.years.last,
                "document_id": load.documents[record.document].pk,
            },
        )


def put_phases(load: Load) -> None:
    """Each phase as one document states it."""
    for order, phase in enumerate(load.plans.phases):
        load.put(
            Phase,
            phase,
            {"document_id": load.documents[phase.document].pk, "code": phase.code},
            {
                "campaign_id": load.campaigns[phase.campaign].pk if phase.campaign else None,
                "name": phase.name,
                "from_year": phase.years.first,
                "to_year": phase.years.last,
                "review": phase.review.value,
                "source_id": load.sources[phase.source].pk,
                "quote": phase.quote,
                "order": order,
            },
        )


def put_rounds(load: Load) -> None:
    """The assessed years."""
    for round_ in load.plans.rounds:
        load.put(
            Round,
            round_,
            {"code": round_.code},
            {
                "campaign_id": load.campaigns[round_.campaign].pk,
                "name": round_.name,
                "assessed_year": round_.assessed_year,
                "figures_day": round_.figures_day,
                "figures_basis": round_.figures_basis,
            },
        )


def put_targets(load: Load) -> None:
    """The shares that documents promise."""
    kinds = dict(FigureKind.objects.values_list("code", "pk"))
    parts = {
        (asked.document, asked.target, asked.part): kinds[kind.code]
        for kind in load.plans.figure_kinds
        for asked in kind.asked_by
    }
    for order, record in enumerate(load.plans.targets):
        load.put(
            Target,
            record,
            {"document_id": load.documents[record.document].pk, "code": record.code},
            {
                "source_id": load.sources[record.source].pk,
                "year": record.year,
                "share": record.share,
                "counted": record.counted,
                "among": record.among,
                "title_code": record.title or "",
                "counted_kind_id": parts.get((record.document, record.code, "counted")),
                "among_kind_id": parts.get((record.document, record.code, "among")),
                "article": record.article,
                "quote": record.quote,
                "order": order,
            },
        )


def put_figure_kinds(load: Load) -> None:
    """What units state in figures, and what asks for it."""
    for order, record in enumerate(load.plans.figure_kinds):
        asked_by = dict.fromkeys(_asked_by(load, one) for one in record.asked_by)
        load.put(
            FigureKind,
            record,
            {"code": record.code},
            {
                "name": record.name,
                "unit_name": record.counted_in,
                "measure": Measure.COUNT if record.counted_in else Measure.FACT,
                "asked_of": [kind.value for kind in record.asked_of],
                "title_code": record.title or "",
                "asked_by": "\n".join(asked_by),
                "order": order,
            },
        )


def _asked_by(load: Load, asked: AskedBy) -> str:
    """What asks for a figure, as people read it."""
    if asked.document:
        document = load.documents[asked.document]
        target = next(
            one
            for one in load.plans.targets
            if (one.document, one.code) == (asked.document, asked.target)
        )
        return f"{document.number}, {target.article}: {target.counted}"
    if asked.title:
        return f"Tỷ lệ đạt danh hiệu {load.titles[asked.title]}"
    return next(one.name for one in load.plans.criteria_sets if one.code == asked.criteria_set)
