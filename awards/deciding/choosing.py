"""Which form is given where the one that was proposed leaves it open (“bằng hình thức phù hợp”)."""

from collections.abc import Collection

from awards.models import Decision, Nomination
from awards.nominating.routes import Way, Ways
from core import periods
from criteria.models import AwardForm


def ways_of(decision: Decision) -> Ways:
    """The routes of today of all whom a decision commends; read once for the object, because the
    page and several steps ask."""
    if "_ways" not in decision.__dict__:
        paths = [one.nomination.path for one in decision.lines()]
        decision.__dict__["_ways"] = Ways(paths, periods.today())
    found: Ways = decision.__dict__["_ways"]
    return found


def offered(decision: Decision) -> list[AwardForm]:
    """The forms of which the issuer may give one to everybody on the decision; read once for the
    object."""
    if "_offered" not in decision.__dict__:
        nominations = [one.nomination for one in decision.lines()]
        given = given_by(decision.issuer_id, nominations, ways_of(decision))
        decision.__dict__["_offered"] = given
    found: list[AwardForm] = decision.__dict__["_offered"]
    return found


def given_by(
    issuer_id: int | None, nominations: Collection[Nomination], ways: Ways
) -> list[AwardForm]:
    """The forms that a body may give to each of these subjects: those that leave nothing open and
    of which their routes say that it decides (one query).

    Args:
        issuer_id: None is an authority outside the portal.
        nominations: with `unit`.
    """
    subjects = {(one.path, one.unit.kind) for one in nominations}
    return [
        form
        for form in AwardForm.objects.filter(is_open=False)
        if subjects
        and all(
            _is_for(form, kind) and _decides(ways.of(path, kind, form), issuer_id)
            for path, kind in subjects
        )
    ]


def _is_for(form: AwardForm, kind: str) -> bool:
    return not form.subject_kinds or kind in form.subject_kinds


def _decides(way: Way, issuer_id: int | None) -> bool:
    stage = way.deciding
    return stage is not None and (stage.office.unit_id if stage.office else None) == issuer_id
