"""The file of a resolution, kept with its reform."""

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import files, journal
from core.workflow import YES, Refused, Verdict
from units.models import Reform
from units.models.reforms import OVER
from units.reforming.permissions import confirming_grant, keeping_grant

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def may_attach(user: Any, reform: Reform) -> Verdict:
    """Whether `user` may keep the resolution with a reform: who prepares it, or may confirm it."""
    if reform.state in OVER:
        return False, _("It is over: nothing is added to it.")
    if reform.assigns_id:
        return False, _("An assignment rests on the resolution of the division.")
    if keeping_grant(user, reform) or confirming_grant(user, reform):
        return YES
    return False, _(
        "Only who prepares the reform, or may confirm it, keeps the resolution with it."
    )


def attach(user: Any, pk: int, upload: "UploadedFile[Any]") -> Reform:
    """Keep the signed resolution with a reform; one that was there before stays on record.

    Who confirms a proposal sees it first: it counts as a change of what the reform says.

    Raises:
        Refused: not by this person.
        FileRefused: the file is no sound PDF.
        Reform.DoesNotExist: there is none.
    """
    name = files.clean_name(upload.name or "")
    if PurePath(name).suffix.lower() != ".pdf":
        raise files.FileRefused(_("Take the signed resolution as a PDF file."))
    with transaction.atomic():
        reform = Reform.objects.select_for_update(of=("self",)).get(pk=pk)
        allowed, why_not = may_attach(user, reform)
        if not allowed:
            raise Refused(why_not)
        right = keeping_grant(user, reform) or confirming_grant(user, reform)
        with journal.act("reform.attach", actor=user, behalf=right):
            reform.file = files.store(upload, user)
            reform.version += 1
            reform.save(update_fields=["file", "version"])
    return reform
