"""Jobs of accounts."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts import links, mails, throttle
from accounts.models import PersonalLink, Session, User
from core import journal
from core.tasks import AFTER_BREAKS


@app.task(name="accounts.mail_reset_link", retry=AFTER_BREAKS)
def mail_reset_link(user_id: int) -> None:
    """Make a link for a new password and plan its mail; atomic.

    A job, so that the answer on the page takes as long for a name that nobody has.
    """
    user = User.objects.get(pk=user_id)
    with journal.act("accounts.mail_link", actor=user):
        mails.send_link(links.make(user, PersonalLink.Purpose.RESET, by=None).link)


# Crons are read in UTC: this is thirteen minutes to three in Asia/Ho_Chi_Minh.
@app.periodic(cron="47 19 * * *")
@app.task(name="accounts.forget_old_sessions", queueing_lock="accounts.forget_old_sessions")
def forget_old_sessions(timestamp: int) -> None:
    """Remove sessions that are over, and tries that count no more."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    throttle.forget_old()
