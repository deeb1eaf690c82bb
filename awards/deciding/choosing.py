"""Which form is given where the one that was proposed leaves it open (“bằng hình thức phù hợp”)."""

from collections import defaultdict
from collections.abc import Collection

from awards.models import Decision, Nomination
from awards.nominating.routes import Way, Ways
from core import periods
from criteria.applicability import holding_at
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
        found_for = recipients(decision.issuer_id, nominations, ways_of(decision))
        decision.__dict__["_offered"] = [
            form for form, keys in found_for.items() if len(keys) == len(nominations)
        ]
    found: list[AwardForm] = decision.__dict__["_offered"]
    return found


def recipients(
    issuer_id: int | None, nominations: Collection[Nomination], ways: Ways
) -> dict[AwardForm, set[int]]:
    """The forms that a body may give, each with the keys of the nominations to which it may: those
    that leave nothing open, whose document holds where the subject lies, and of which the subject's
    route says that this body decides (three queries at most).

    Args:
        issuer_id: None is an authority outside the portal.
        nominations: with `unit`.
    """
    alike: defaultdict[tuple[str, str], list[Nomination]] = defaultdict(list)
    for one in nominations:
        alike[one.path, one.unit.kind].append(one)
    forms = AwardForm.objects.filter(is_open=False)
    holding = holding_at([group[0] for group in alike.values()], forms)
    found: dict[AwardForm, set[int]] = {}
    for (path, kind), group in alike.items():
        for form in holding[group[0].unit_id]:
            if _is_for(form, kind) and _decides(ways.of(path, kind, form), issuer_id):
                found.setdefault(form, set()).update(one.pk for one in group)
    return dict(sorted(found.items(), key=lambda pair: _place(pair[0])))


def _place(form: AwardForm) -> tuple[int, int]:
    return form.document.order, form.order


def _is_for(form: AwardForm, kind: str) -> bool:
    return not form.subject_kinds or kind in form.subject_kinds


def _decides(way: Way, issuer_id: int | None) -> bool:
    stage = way.deciding
    return stage is not None and (stage.office.unit_id if stage.office else None) == issuer_id
