"""The demonstration's who have nothing against them: an enterprise that its commune may propose,
and a commune's nomination that the office of the province checks."""

from accounts.models import User
from awards.demo_proposing import BASIS, HIGH, SINCE, YEARLY, Players
from awards.models import SubjectGroup
from awards.nominating import candidates
from awards.ruling import entering as ruling
from campaign.models import Round
from campaign.queries import Occasion
from core import periods
from criteria import assessing, evaluation
from criteria.models import AwardForm
from criteria.registration import entering as registering
from criteria.registration import offers
from criteria.registration.workflow import REGISTRATION
from criteria.workflow import ASSESSMENT
from units.models import Placement, UnitKind

NOTE = "Đã đưa vào chương trình công tác năm 2026, có phân công người theo dõi (minh họa)."
QUOTA = 3


def play(players: Players, round_: Round, commune: Placement, proposer: Placement) -> None:
    """Register, assess and confirm the enterprise of `commune`, and enter the quotas.

    Args:
        commune: that of `xa`.
        proposer: a commune whose nomination the office of the province has received.
    """
    people = players.people
    enterprise = Placement.objects.on(periods.today()).get(
        managed_by=commune.unit_id, kind=UnitKind.ENTERPRISE
    )
    forms = {form.code: form for form in AwardForm.objects.select_related("document")}
    _register(people["xa"], people["tinh"], round_, enterprise, forms[YEARLY])
    _assess(people["xa"], people["lanhdaoxa"], round_, enterprise)
    _limit(people["tinh"], commune, forms[YEARLY], round_, QUOTA)
    _limit(people["tinh"], proposer, forms[HIGH], candidates.occasions_of(forms[HIGH])[0], 1)


def _register(
    clerk: User, office: User, round_: Round, enterprise: Placement, form: AwardForm
) -> None:
    offer = offers.offer_of(enterprise, round_, UnitKind.ENTERPRISE, offers.key_of(form))
    if offer is None:
        raise LookupError(f"{enterprise} cannot register for {form}: load_plans comes first")
    begun = registering.begin(clerk, round_, offer)
    REGISTRATION.perform("send", begun.pk, clerk)
    REGISTRATION.perform("approve", begun.pk, office)


def _assess(clerk: User, leader: User, round_: Round, enterprise: Placement) -> None:
    """The officer of the commune fills it in for the enterprise, the leader confirms it."""
    begun = assessing.begin(clerk, round_, enterprise)
    form = evaluation.form_of(begun.criteria_set)
    for criterion in form.asked:
        assessing.save_answer(
            begun.pk, criterion.pk, clerk, value={"value": "yes"}, note=NOTE, version=0
        )
    ASSESSMENT.perform("send", begun.pk, clerk)
    ASSESSMENT.perform("receive", begun.pk, leader)
    for criterion in form.judged:
        assessing.judge(begun.pk, criterion.pk, leader, verdict="accepted")
    ASSESSMENT.perform("confirm", begun.pk, leader)


def _limit(office: User, place: Placement, form: AwardForm, occasion: Occasion, most: int) -> None:
    """How many collectives a unit may propose."""
    grant = ruling.managing_grant(office, "quotas")
    if grant is None:
        raise LookupError(f"{office} sets no quotas")
    said = {
        "period": periods.between(SINCE, None),
        "basis": BASIS,
        "form": form,
        "group": SubjectGroup.COLLECTIVE,
        "number": most,
        **ruling.of_proposer(place, occasion),
    }
    ruling.enter(office, grant, "quotas", said)
