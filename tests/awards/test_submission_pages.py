"""The pages of submissions: lists, one submission, its steps and papers."""

import re
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.models import Submission
from tests import award_factories as awards
from tests import factories
from tests.award_factories import Awarding

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db: None) -> Awarding:
    return awards.awarding()


def page(person, name="detail", *args):
    return factories.signed_in(person).get(reverse(f"submissions:{name}", args=args))


def post(person, name, *args, data=None):
    return factories.signed_in(person).post(
        reverse(f"submissions:{name}", args=args), data or {}, follow=True
    )


def test_a_hamlet_begins_one_from_what_it_has_written(made: Awarding) -> None:
    one = awards.nomination(made)
    offers = page(made.thon, "new").content.decode()
    assert "Giấy khen của Chủ tịch UBND xã" in offers
    data = {
        "unit": made.hamlet.unit_id,
        "form": "giay-khen-xa",
        "occasion": f"round-{made.setting.round.pk}",
    }
    answer = post(made.thon, "begin", data=data)
    begun = Submission.objects.get()
    assert answer.redirect_chain == [(reverse("submissions:detail", args=[begun.pk]), 302)]
    assert [line.nomination_id for line in begun.lines.all()] == [one.pk]
    html = answer.content.decode()
    assert "Ấp Giồng Lớn" in html
    assert page(made.thon, "precheck", begun.pk).status_code == 200
    assert page(made.land.xa, "detail", begun.pk).status_code == 403
    assert page(made.land.xa2, "detail", begun.pk).status_code == 404
    assert page(made.thon, "paper_docx", begun.pk).status_code == 200
    assert page(made.thon, "index").status_code == 200
    assert page(made.thon, "export").status_code == 200
    assert page(made.thon, "due").status_code == 200
    assert page(made.thon, "access", begun.pk).status_code == 200
    assert page(made.thon, "add", begun.pk).status_code == 200


def queries(person, url: str) -> int:
    """How often a page asks the database."""
    client = factories.signed_in(person)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    control = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "SET TRANSACTION")
    return sum(not one["sql"].startswith(control) for one in asked.captured_queries)


def test_the_list_asks_as_often_for_three_as_for_one(made: Awarding) -> None:
    url = reverse("submissions:index")
    counted = []
    for number in (1, 3):
        for name in ("Một", "Hai")[: number - 1] or ("Không",):
            one = awards.nomination(made, awards.household(made, f"Trần Văn {name}"))
            awards.send(made, awards.submission(made, [one]), made.thon)
        counted.append([queries(person, url) for person in (made.land.xa, made.land.tinh)])
    assert Submission.objects.count() == 3
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 12


def test_a_paper_that_is_none_is_told_at_its_field(made: Awarding) -> None:
    one = awards.nomination(made)
    data = {
        "unit": made.hamlet.unit_id,
        "form": "giay-khen-xa",
        "occasion": f"round-{made.setting.round.pk}",
    }
    post(made.thon, "begin", data=data)
    begun = Submission.objects.get(lines__nomination=one)
    paper = SimpleUploadedFile("bien-ban.pdf", b"hello")
    answer = post(made.thon, "upload", begun.pk, data={"kind": "minutes", "file": paper})
    assert answer.status_code == 422
    assert "bien-ban.pdf" in answer.content.decode().partition('aria-invalid="true"')[2]
    assert not begun.files.exists()


def test_only_what_submissions_ask_for_is_offered_as_a_filter(made: Awarding) -> None:
    one = awards.nomination(made)
    offered = page(made.thon, "index").context["form"]
    assert offered.fields["occasion"].choices[1:] == []
    post(
        made.thon,
        "begin",
        data={
            "unit": made.hamlet.unit_id,
            "form": one.form.code,
            "occasion": f"round-{made.setting.round.pk}",
        },
    )
    offered = page(made.thon, "index").context["form"]
    assert offered.fields["form"].choices[1:] == [(one.form.code, one.form.name)]
    round_ = made.setting.round
    assert offered.fields["occasion"].choices[1:] == [(f"round-{round_.pk}", round_.name)]


def test_its_check_says_what_deserves_a_look_and_goes_once_all_is_dealt_with(
    made: Awarding,
) -> None:
    one = awards.nomination(made)
    carrying = awards.submission(made, [one])
    checked = page(made.thon, "precheck", carrying.pk)
    assert "Không có điểm nào phải sửa; 1 hồ sơ có điểm nên xem lại." in checked.content.decode()
    where = reverse("submissions:precheck", args=[carrying.pk])
    awards.receive(made, awards.send(made, carrying, made.thon))
    assert where in page(made.land.xa, "detail", carrying.pk).content.decode()
    awards.step("drop", one, made.land.xa)
    assert where not in page(made.land.xa, "detail", carrying.pk).content.decode()


def test_its_paper_names_who_submits_as_a_sentence_does(made: Awarding) -> None:
    by_hamlet = awards.submission(made, [awards.nomination(made)])
    own = awards.nomination(made, awards.itself(made.land.commune), form=made.high, by=made.land.xa)
    by_commune = awards.submission(made, [own], by=made.land.xa)
    assert ", ấp Giồng Lớn đã xét" in said(made.thon, by_hamlet)
    assert ", Ủy ban nhân dân xã " in said(made.land.xa, by_commune).partition(" đã xét")[0]


def said(person, carrying: Submission) -> str:
    """The text of its paper, from the .docx."""
    with zipfile.ZipFile(BytesIO(page(person, "paper_docx", carrying.pk).content)) as paper:
        return re.sub("<[^>]+>", "", paper.read("word/document.xml").decode())
