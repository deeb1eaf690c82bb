"""Decisions for tests, each brought where it stands by the acts of people."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.deciding import drafting, workflow
from awards.models import Decision, DirectDecision, Nomination
from core import journal, periods
from core.documents.render import render_pdf
from criteria.models import AwardForm
from tests import award_factories as af
from tests import factories
from tests.award_factories import Awarding
from units.models import UnitKind

STEPS = ("hand_over", "submit", "sign", "number", "issue", "publish")
STATES = ("draft", "checking", "submitted", "signed", "numbered", "issued", "published")
REASON = "Theo kết luận kiểm tra"
DOCUMENT = "Quyết định số 99/QĐ-UBND"


@dataclass(frozen=True)
class Deciding:
    """The small country with nominations, a registrar at the commune, and who signs there."""

    made: Awarding
    vanthu: User

    @property
    def xa(self) -> User:
        """Who drafts for the commune."""
        return self.made.land.xa

    @property
    def leader(self) -> User:
        """Who signs for the commune."""
        return self.made.land.lanhdaoxa


def deciding() -> Deciding:
    """The commune decides on yearly forms without a vote, by a rule."""
    made = af.awarding()
    vanthu = factories.user("vanthu_xa", full_name="Lâm Văn Thư")
    factories.appoint(vanthu, "registrar", made.land.commune)
    direct(made)
    return Deciding(made, vanthu)


def direct(made: Awarding, form: AwardForm | None = None) -> DirectDecision:
    """The rule by which communes decide on a form, the yearly one by default, without a vote."""
    with journal.act("test"):
        return DirectDecision.objects.create(
            form=form or made.yearly,
            issuer_kind=UnitKind.COMMUNE,
            period=periods.between(None, None),
            basis="Quy chế thi đua, khen thưởng của xã",
        )


def draft(there: Deciding, *nominations: Nomination) -> Decision:
    """A draft with these nominations, worded and naming the leader to sign."""
    (ready,) = drafting.ready(there.xa)
    begun = drafting.begin(there.xa, ready, [one.pk for one in nominations])
    return drafting.write(
        there.xa,
        begun.pk,
        {"signer": there.leader, "position": "Chủ tịch", "authority": "", "authority_of": ""},
    )


def carried(there: Deciding, decision: Decision, state: str, *, number: int = 5) -> Decision:
    """The decision, brought to `state` by who may."""
    for name in STEPS[STATES.index(decision.state) : STATES.index(state)]:
        step(there, decision, name, number=number)
    return Decision.objects.get(pk=decision.pk)


def step(there: Deciding, decision: Decision, name: str, *, number: int = 5) -> None:
    """One step of the way, by who may."""
    people = {"hand_over": there.xa, "sign": there.leader}
    person = people.get(name, there.vanthu)
    if name == "number":
        workflow.give_number(person, decision.pk, number, periods.today())
        return
    if name == "issue":
        attach(there, decision)
    workflow.perform(name, decision.pk, person)


def attach(there: Deciding, decision: Decision, content: bytes | None = None) -> None:
    """The signed paper, as it was printed unless told."""
    content = content or pdf(decision)
    upload = SimpleUploadedFile(f"quyet-dinh-{decision.pk}.pdf", content)
    drafting.attach(there.vanthu, decision.pk, upload)


def pdf(decision: Decision) -> bytes:
    """The paper of a decision."""
    fresh = Decision.objects.get(pk=decision.pk)
    return render_pdf(workflow.paper_of(fresh))


def published(there: Deciding, *nominations: Nomination) -> Decision:
    """A published decision on these nominations; on the hamlet unless told."""
    chosen = nominations or (appraised(there),)
    return carried(there, draft(there, *chosen), "published")


def appraised(there: Deciding, *args: Any, **kwargs: Any) -> Nomination:
    """A nomination that the commune can decide on."""
    return af.nomination(there.made, *args, state="appraised", **kwargs)
