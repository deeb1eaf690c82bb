"""The demonstration's rules of commendation: terms, a quota, a required consultation and a
restriction, each marked as its own, because no source gives them.

For the highest form no term is entered, so that it shows what *not configured* looks like.
"""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards import demo_proposing as proposing
from awards.demo_proposing import BASIS, HIGH, HIGHEST, LETTER, SINCE, YEARLY, Players
from awards.models import ConsultationKind, Restriction, SubjectGroup
from awards.nominating import candidates, entering
from awards.nominating.entering import Subject
from awards.ruling import entering as ruling
from campaign.models import Round
from core import periods
from criteria.models import AwardForm
from units import scope
from units.models import Placement, UnitKind

# Working days of an office, by form and kind of office.
TERMS = (
    (YEARLY, UnitKind.COMMUNE, 10),
    (LETTER, UnitKind.COMMUNE, 10),
    (HIGH, UnitKind.COMMUNE, 10),
    (YEARLY, UnitKind.AGENCY, 15),
    (HIGH, UnitKind.AGENCY, 20),
)
QUOTA = 8
ASKED_BODY = "Hội Khuyến học tỉnh Vĩnh Long"
RESTRICTION = "Thông báo số 38/TB-TTr về việc kiểm tra, xác minh (minh họa)"


def play(players: Players, round_: Round, hamlet: Placement, restricted: Placement) -> None:
    """Enter them as the office in charge; the commune `restricted` writes a nomination that its
    restriction blocks.

    Args:
        hamlet: whose nominations of the round are limited.
    """
    office = players.people["tinh"]
    forms = {form.code: form for form in AwardForm.objects.all()}
    period = {"period": periods.between(SINCE, None), "basis": BASIS}
    _enter(
        office,
        "quotas",
        **period,
        **ruling.of_proposer(hamlet, round_),
        form=forms[YEARLY],
        group=SubjectGroup.HOUSEHOLD,
        number=QUOTA,
    )
    for code, kind, days in TERMS:
        _enter_for_all(
            office, "terms", **period, form=forms[code], office_kind=kind, working_days=days
        )
    _enter_for_all(
        office,
        "consultations",
        **period,
        form=forms[HIGHEST],
        kind=ConsultationKind.CONCURRENCE,
        office_kind=UnitKind.AGENCY,
        asked_body=ASKED_BODY,
    )
    _restrict(players, office, forms[HIGH], restricted)


def _enter_for_all(office: User, rules: str, /, **said: object) -> None:
    """A rule for the whole territory of the office."""
    _enter(office, rules, **said, **ruling.of_territory(_grant(office, rules)))


def _enter(
    office: User, rules: str, upload: SimpleUploadedFile | None = None, /, **said: object
) -> None:
    ruling.enter(office, _grant(office, rules), rules, said, upload)


def _grant(office: User, rules: str) -> scope.Grant:
    grant = ruling.managing_grant(office, rules)
    if grant is None:
        raise LookupError(f"{office} sets no {rules}")
    return grant


def _restrict(players: Players, office: User, form: AwardForm, place: Placement) -> None:
    since = periods.today() - datetime.timedelta(days=12)
    scan = SimpleUploadedFile(
        "thong-bao-38-TB-TTr.png", players.picture("THONG BAO 38/TB-TTr"), "image/png"
    )
    _enter(
        office,
        "restrictions",
        scan,
        unit_id=place.unit_id,
        path=place.path,
        ground=Restriction.Ground.INQUIRY,
        document=RESTRICTION,
        period=periods.between(since, None),
    )
    clerk = players.clerks[place.unit_id]
    phase = candidates.occasions_of(form)[0]
    subject = Subject(place.unit, place)
    for one in entering.begin(clerk, scope.of(clerk).grants[0], form, phase, [subject]):
        proposing.write(clerk, one)
