"""The second factor: an authenticator on the telephone, and codes for the day it is lost.

A session knows whether it was asked for (`ASKED`: the person has a device) and shown (`SHOWN`).
Whenever a device is taken away or replaced, the sessions of its person end with it, so that what a
session says can be believed.
"""

import base64
import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.backends import demonstration_allowed
from accounts.models import RecoveryCode, User
from core import journal

KEY, ASKED, SHOWN = "second_factor", "asked", "shown"
# Held by whoever has a role that asks for it (units.backends).
PERMISSION = "account.second_factor"
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters that look alike


def begin_session(request: HttpRequest, user: User) -> None:
    """Ask for the second factor in a new session, if the person has a device."""
    if device_of(user):
        request.session[KEY] = ASKED


def is_shown(request: HttpRequest) -> bool:
    """Whether the second factor was shown in this session."""
    return request.session.get(KEY) == SHOWN


def mark_shown(request: HttpRequest) -> None:
    """From now on this session has shown it."""
    request.session[KEY] = SHOWN


def is_required(user: User) -> bool:
    """Whether a role of `user` asks for a second factor today."""
    return user.has_perm(PERMISSION)


def is_missing(request: HttpRequest) -> bool:
    """Whether the person has to show, or first to set up, a second factor before going on.

    On loopback accounts of the demonstration get along without.
    """
    user = request.user
    if is_shown(request) or not isinstance(user, User):
        return False
    if user.is_demo and demonstration_allowed(request):
        return False
    return request.session.get(KEY) == ASKED or is_required(user)


def device_of(user: User) -> TOTPDevice | None:
    """The device of a person that was confirmed."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def may_begin(user: User) -> tuple[bool, str]:
    """Whether `user` may set up a device, and why not: accounts of the demonstration are anybody's,
    and the first to set one up would shut out all others."""
    if user.is_demo:
        return False, _("Accounts of the demonstration keep their second factor.")
    return True, ""


def begin(user: User) -> TOTPDevice:
    """A device to be confirmed by its first digits; one that was begun before is forgotten."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name=settings.PORTAL_NAME, confirmed=False)


def key_of(device: TOTPDevice) -> str:
    """The key of a device as it is typed where its picture cannot be taken: in groups of four."""
    key = base64.b32encode(device.bin_key).decode("ascii")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def locked_until(device: TOTPDevice) -> datetime.datetime | None:
    """Until when the device answers nothing, after failures; None where it answers."""
    allowed, why = device.verify_is_allowed()
    return None if allowed or not why else why["locked_until"]


def shows(device: TOTPDevice, token: str) -> bool:
    """Whether the device shows these digits now; each is good once, each failure makes it wait."""
    with transaction.atomic():
        locked = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        return bool(locked.verify_token(token))


def confirm(user: User, device: TOTPDevice) -> list[str]:
    """Take `device` as the person's second factor, in place of an earlier one.

    Returns:
        New recovery codes, to be shown once.
    """
    with journal.act("accounts.set_second_factor", actor=user):
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        user.second_factor_since = timezone.now()
        user.save(update_fields=["second_factor_since"])
        return _new_codes(user)


def renew_codes(user: User) -> list[str]:
    """New recovery codes, to be shown once; earlier ones are worth nothing from now on."""
    with journal.act("accounts.renew_recovery_codes", actor=user):
        return _new_codes(user)


def recovers(user: User, code: str) -> bool:
    """Whether `code` is an unused recovery code of `user`; it is used by this."""
    with journal.act("accounts.use_recovery_code", actor=user):
        unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
        return unused.update(used_at=timezone.now()) == 1


def forgive(device: TOTPDevice) -> None:
    """Forget the failures of a device whose person has shown who they are by other means."""
    device.refresh_from_db()
    device.throttle_reset()


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return user.recovery_codes.filter(used_at=None).count()


def take_away(user: User) -> None:
    """Forget the device and the codes; inside an act. Their sessions end: see the module."""
    TOTPDevice.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()
    user.sessions.all().delete()
    user.second_factor_since = None
    user.save(update_fields=["second_factor_since"])


def _new_codes(user: User) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    ]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(code)) for code in codes
    )
    return codes


def _digest(code: str) -> str:
    """Of a code with 80 random bits, whichever way it is written."""
    plain = "".join(code.upper().split()).replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()
