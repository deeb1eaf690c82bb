"""Users in /admin/."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic in stubs only
    """A new user: name to sign in with, full name, password."""

    class Meta:
        model = User
        fields = ("username", "full_name")


@admin.register(User)
class PortalUserAdmin(UserAdmin):  # type: ignore[type-arg]  # generic in stubs only
    """Users; nobody is deleted, because the journal names them: switch them off instead."""

    add_form = NewUserForm
    list_display = ("username", "full_name", "email", "is_active", "is_superuser", "is_demo")
    list_filter = ("is_active", "is_superuser", "is_demo")
    search_fields = ("username", "full_name", "email")
    readonly_fields = ("is_demo", "created_at")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email", "language")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "is_demo")}),
        (_("Dates"), {"fields": ("created_at",)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "full_name", "usable_password", "password1", "password2")}),
    )

    def has_delete_permission(self, request: object, obj: User | None = None) -> bool:
        """Nobody may."""
        return False
