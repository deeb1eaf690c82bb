"""Mails of notices in /admin/: who was told what, when, by which way, and what was answered."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.models import Delivery, Mail, Notice


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in stubs only
    """What was told stays as it was told."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody may."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(_ReadOnly):
    """Every attempt to send a mail."""

    list_display = ("at", "recipient", "address", "outcome", "answer")
    list_filter = ("outcome",)
    list_select_related = ("mail__recipient",)

    @admin.display(description=_("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        """To whom."""
        return str(delivery.mail.recipient)

    @admin.display(description=_("address"))
    def address(self, delivery: Delivery) -> str:
        """To which address."""
        return delivery.mail.address


@admin.register(Mail)
class MailAdmin(_ReadOnly):
    """Mails with their state."""

    list_display = ("planned_at", "recipient", "address", "state")
    list_filter = ("state",)
    list_select_related = ("recipient",)


@admin.register(Notice)
class NoticeAdmin(_ReadOnly):
    """Who was told what."""

    list_display = ("created_at", "recipient", "kind", "subject", "read_at", "withdrawn_at", "mail")
    list_filter = ("kind",)
    list_select_related = ("recipient", "mail")
