"""What the visits of decisions and certificates carry."""

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from awards.certificates import making
from awards.deciding import drafting
from awards.deciding.workflow import fingerprint
from awards.forms.certificates import TemplateForm
from awards.forms.decisions import DRAFT_FIELDS
from core import periods
from tests.core import originals
from tests.guards.asking import Ask

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World

DOCUMENT = {"document": "Quyết định 99/QĐ-UBND", "reason": "Kê khai không đúng"}


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _book(world: "World", visit: "Visit") -> Ask:
    return Ask(data={"words": "Cây Da"})


def _year(world: "World", visit: "Visit") -> Ask:
    return Ask(query={"year": str(world.certificate.year)})


def _one(world: "World", visit: "Visit") -> Ask:
    return Ask((world.decisions[visit.case].pk,))


def _line(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    data = {**DOCUMENT, "name": "Ấp Cây Da"}
    return Ask((decision.pk, decision.awards.get().pk), data)


def _ready(world: "World", visit: "Visit") -> Ask:
    nomination = world.decidable["own" if visit.name == "decisions:new" else "above"]
    offered = drafting.ready(world.land.xa)
    (found,) = (one for one in offered if nomination in one.nominations)
    data = {
        "nomination": [str(nomination.pk)],
        f"result-{nomination.pk}": "granted",
        "issuer_name": "Thủ tướng Chính phủ",
        "number": "12",
        "symbol": "QĐ-TTg",
        "dated": f"{periods.today():%d/%m/%Y}",
        "file": SimpleUploadedFile("ket-qua.pdf", originals.pdf(text="Ket qua")),
    }
    return Ask((found.key,), data)


def _write(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    data = {name: getattr(decision, name) for name in DRAFT_FIELDS}
    data |= {"signer": str(decision.signer_id), "seen": fingerprint(decision)}
    return Ask((decision.pk,), data)


def _step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    decision = world.decisions[which]
    return Ask((decision.pk, name), {"reason": "Theo đề nghị"}, {"seen": fingerprint(decision)})


def _number(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    data = {"number": "78", "dated": f"{periods.today():%d/%m/%Y}"}
    return Ask((decision.pk,), data, {"seen": fingerprint(decision)})


def _attach(world: "World", visit: "Visit") -> Ask:
    file = SimpleUploadedFile("da-ky.pdf", originals.pdf(text="Da ky"))
    return Ask((world.decisions[visit.case].pk,), {"file": file})


def _difference(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    compared = {"paper": str(decision.signed_file_id)}
    return Ask((decision.pk,), {"reason": "Bản quét, đã đối chiếu"}, compared)


def _revoke(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    return Ask((decision.pk,), DOCUMENT, {"seen": fingerprint(decision)})


def _correct(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    data = {
        "number": "12/UBND-VX",
        "dated": f"{periods.today():%d/%m/%Y}",
        "issuer_name": "Ủy ban nhân dân xã",
        "says": "Đính chính tên",
        "seen": fingerprint(decision),
        "file": SimpleUploadedFile("dinh-chinh.pdf", originals.pdf(text="Dinh chinh")),
    }
    return Ask((decision.pk,), data)


def _correction_file(world: "World", visit: "Visit") -> Ask:
    decision = world.decisions[visit.case]
    return Ask((decision.pk, decision.corrections.get().pk))


def _sheaf(world: "World", visit: "Visit") -> Ask:
    return Ask((world.decisions[visit.case].pk, world.certificate.sheaf_id))


def _template(world: "World", visit: "Visit") -> Ask:
    return Ask((world.decisions[visit.case].pk,), _places(world, visit))


def _drawn(world: "World", visit: "Visit") -> Ask:
    return Ask((world.decisions[visit.case].pk,), query=_places(world, visit))


def _places(world: "World", visit: "Visit") -> dict[str, str]:
    """The form of a template as it stands by default."""
    with translation.override("vi"):
        return TemplateForm(None, making.sample(world.decisions[visit.case])).typed()


def _certificate(world: "World", visit: "Visit") -> Ask:
    serial = world.certificate.serial if visit.case == "valid" else "AAAA-BBBB-CCCC"
    return Ask((serial,), {"name": "Ấp Khác"})


CASES = {
    "decisions:index": _plain,
    "decisions:due": _plain,
    "decisions:book": _book,
    "decisions:book_paper": _year,
    "decisions:new": _ready,
    "decisions:above": _ready,
    "decisions:detail": _one,
    "decisions:access": _one,
    "decisions:write": _write,
    "decisions:take_off": _line,
    "decisions:revoke_line": _line,
    "decisions:step": _step,
    "decisions:number": _number,
    "decisions:attach": _attach,
    "decisions:signed": _one,
    "decisions:difference": _difference,
    "decisions:revoke": _revoke,
    "decisions:paper": _one,
    "decisions:certificates": _one,
    "decisions:sheaf": _sheaf,
    "decisions:test_page": _one,
    "decisions:picture": _drawn,
    "decisions:preview": _drawn,
    "decisions:template": _template,
    "decisions:replace_certificate": _line,
    "decisions:correct": _correct,
    "decisions:correction_file": _correction_file,
    "decisions:reinstate_line": _line,
    "verify:index": _plain,
    "verify:certificate": _certificate,
}
