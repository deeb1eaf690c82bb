"""Uploads that no record took are removed; what was ever part of a record stays."""

import datetime
import hashlib
import itertools
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core import abandoned, files, journal, tasks
from core.models import JournalEntry, PreviewPage, StoredFile
from criteria.models import Evidence, Recognition
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from tests.races import race

pytestmark = pytest.mark.django_db
_counter = itertools.count(1)


@pytest.fixture(autouse=True)
def _own_media(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)


def uploaded(days: int, user: User | None = None) -> StoredFile:
    """A file that was uploaded so many days ago, with its bytes."""
    content = f"content {next(_counter)}".encode()
    digest = hashlib.sha256(content).hexdigest()
    name = files.keep(f"originals/{digest[:2]}/{digest}", [content])
    then = time.time() - days * 86_400
    os.utime(default_storage.path(name), (then, then))
    with journal.act("test"):
        return StoredFile.objects.create(
            name="a.pdf",
            file=name,
            media_type="application/pdf",
            size=len(content),
            sha256=digest,
            uploaded_by=user or factories.user(),
            uploaded_at=timezone.now() - datetime.timedelta(days=days),
        )


def kept() -> set[int]:
    return set(StoredFile.objects.values_list("pk", flat=True))


def evidence(setting: Campaigning, file: StoredFile) -> Evidence:
    assessment = make.answered(setting)
    with journal.act("test"):
        return Evidence.objects.create(
            assessment=assessment, criterion=setting.criteria[0], file=file
        )


def test_an_upload_that_no_record_took_goes_with_its_bytes():
    left, young = uploaded(3), uploaded(1)
    with journal.act("test"):
        PreviewPage.objects.create(file=left, number=1, image="previews/x", width=1, height=1)

    tasks.sweep_files(0)

    assert kept() == {young.pk}
    assert not PreviewPage.objects.exists()
    assert [p.name for p in Path(default_storage.location).rglob("*") if p.is_file()] == [
        young.sha256
    ]
    entry = JournalEntry.objects.get(subject="core_storedfile", row_id=left.pk, op="delete")
    assert (entry.act, entry.actor_id, entry.before["sha256"]) == (
        "files.forget",
        None,
        left.sha256,
    )


def test_a_second_run_finds_nothing():
    uploaded(3)
    assert (abandoned.forget(), abandoned.forget()) == (1, 0)


def test_bytes_that_another_row_has_too_stay():
    left = uploaded(3)
    with journal.act("test"):
        again = StoredFile.objects.create(
            name="b.pdf",
            file=left.file.name,
            media_type=left.media_type,
            size=left.size,
            sha256=left.sha256,
            uploaded_by=left.uploaded_by,
        )

    tasks.sweep_files(0)

    assert kept() == {again.pk}
    assert default_storage.exists(again.file.name)


def test_what_a_record_holds_stays(setting: Campaigning):
    scan, proof, left = uploaded(30), uploaded(30), uploaded(30)
    make.recognition(setting, scan=scan)
    make.recognition(setting, setting.land.sibling)  # one without a scan
    evidence(setting, proof)
    assert abandoned.forget() == 1
    assert kept() == {scan.pk, proof.pk}
    assert not StoredFile.objects.filter(pk=left.pk).exists()


def test_what_a_record_let_go_of_stays(setting: Campaigning):
    replaced, of_removed, taken_off = uploaded(30), uploaded(30), uploaded(30)
    recognition = make.recognition(setting, scan=replaced)
    other = make.recognition(setting, setting.land.sibling, scan=of_removed)
    piece = evidence(setting, taken_off)
    with journal.act("test"):
        Recognition.objects.filter(pk=recognition.pk).update(scan=None)
        other.delete()
        piece.delete()
    assert abandoned.forget() == 0
    assert kept() == {replaced.pk, of_removed.pk, taken_off.pk}


def test_every_record_that_holds_a_file_is_known_and_journalled():
    holders = abandoned.holders()
    assert {(f.model._meta.label, f.name) for f in holders} >= {
        ("criteria.Evidence", "file"),
        ("criteria.Recognition", "scan"),
    }
    assert PreviewPage not in {field.model for field in holders}
    journalled = {trigger.name for trigger in journal.journalled()}
    for field in holders:
        assert journalled <= {trigger.name for trigger in field.model._meta.triggers}


def test_a_form_takes_no_upload_that_may_be_removed():
    assert files.waiting(uploaded(0).pk) is not None
    assert files.waiting(uploaded(1).pk) is None
    assert files.waiting(0) is None
    assert abandoned.ABANDONED_AFTER > files.WAITS_FOR


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(5))
def test_attached_while_the_sweep_runs(setting: Campaigning, _again: int):
    file = uploaded(30)
    recognition = make.recognition(setting)

    def attach() -> bool:
        with journal.act("test"):
            return bool(Recognition.objects.filter(pk=recognition.pk).update(scan=file))

    attached, removed = race(attach, abandoned.forget)

    recognition.refresh_from_db()
    if removed:
        assert (recognition.scan_id, kept()) == (None, set())
        assert isinstance(attached, IntegrityError)
    else:
        assert attached is True
        assert (recognition.scan_id, kept()) == (file.pk, {file.pk})


@pytest.mark.django_db(transaction=True)
def test_what_somebody_works_with_is_left_for_the_next_run(setting: Campaigning):
    file = uploaded(30)
    with transaction.atomic():
        StoredFile.objects.select_for_update().get(pk=file.pk)
        assert race(abandoned.forget) == [0]
    assert race(abandoned.forget) == [1]
