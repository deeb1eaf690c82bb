"""What an authority outside the portal decided: it closes what was forwarded, entered once."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from awards.deciding import above, drafting
from awards.deciding.above import Result
from awards.models import DirectDecision, Nomination
from core import journal, periods
from core.models import Notice
from core.workflow import Refused
from tests import award_factories as af
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.core import originals
from units.models import UnitKind

pytestmark = pytest.mark.django_db
RESULT = Result("Thủ tướng Chính phủ", 12, "QĐ-TTg", periods.today())


@pytest.fixture
def there() -> Iterator[Deciding]:
    with translation.override("en"):
        yield make.deciding()


def forwarded(there: Deciding, number: int) -> list[Nomination]:
    """Nominations that are with the commune, and on which nobody in the portal decides."""
    made = there.made
    form = af.form(made.setting, "bang-khen-tren", "Bằng khen cấp trên", "yearly")
    receive = ("receive", {"above": UnitKind.COMMUNE})
    af.route(made.land.province, form, af.EVERY_KIND, receive, ("decide", {}))
    with journal.act("test"):
        DirectDecision.objects.create(
            form=form,
            issuer_kind=UnitKind.COMMUNE,
            period=periods.between(None, None),
            basis="Quy chế",
        )
    homes = [af.household(made, f"Trần Văn {place}") for place in range(number)]
    return [af.nomination(made, one, form=form, state="appraised") for one in homes]


def enter(there: Deciding, granted: Nomination, *refused: Nomination) -> object:
    (ready,) = drafting.ready(there.xa)
    upload = SimpleUploadedFile("ket-qua.pdf", originals.pdf(text="Ket qua"))
    keys = [one.pk for one in refused]
    return above.enter(there.xa, ready, RESULT, [granted.pk], keys, upload)


def test_a_result_closes_what_wasforwarded(there: Deciding) -> None:
    granted, refused, waiting = forwarded(there, 3)
    enter(there, granted, refused)
    for one in (granted, refused, waiting):
        one.refresh_from_db()
    assert [one.state for one in (granted, refused, waiting)] == ["decided", "dropped", "appraised"]
    reason = "Not commended by decision 12/QĐ-TTg of Thủ tướng Chính phủ."
    event = refused.events.get(transition="drop")
    assert (refused.state_reason, event.reason, event.source) == (reason, reason, "appraised")
    assert granted.awards.get().state == "granted"


def test_who_proposed_is_told_of_those_who_are_not_commended(there: Deciding) -> None:
    granted, refused = forwarded(there, 2)
    enter(there, granted, refused)
    told = Notice.objects.filter(kind="nomination.dropped")
    assert list(told.values_list("recipient__username", "subject")) == [
        ("thon", f"nomination:{refused.pk}:{refused.returned_version}")
    ]


def test_a_result_is_entered_once(there: Deciding) -> None:
    first, second = forwarded(there, 2)
    enter(there, first)
    with pytest.raises(Refused, match="entered before"):
        enter(there, second)
    second.refresh_from_db()
    assert (second.state, second.awards.count()) == ("appraised", 0)
