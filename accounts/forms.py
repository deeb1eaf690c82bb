"""Forms of signing in and of one's own account."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User


def _helper(label: Any) -> FormHelper:
    """A form posted to its own page, with one button."""
    helper = FormHelper()
    helper.add_input(Submit("submit", label))
    return helper


class SignInForm(AuthenticationForm):
    """User name and password; what is wrong is not said more exactly than "one of the two"."""

    error_messages = {
        "invalid_login": _(
            "User name and password do not match. Check capital letters and the Vietnamese"
            " keyboard (UniKey), then try again."
        ),
        "inactive": _("User name and password do not match."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Sign in"))


class OwnPasswordForm(PasswordChangeForm):
    """The present password and, twice, the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Change password"))
        self.helper.form_tag = False  # the template adds the name, for password managers

    def clean(self) -> dict[str, Any]:
        """Refuse to the demonstration, whose sign-in page names the password."""
        if self.user.is_demo:
            raise forms.ValidationError(_("Accounts of the demonstration keep their password."))
        return super().clean() or {}


class LanguageForm(forms.Form):
    """One of the interface's languages."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class SecondFactorForm(forms.Form):
    """The six digits that the person's authenticator shows now."""

    token = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("Six digits of the authenticator"),
        error_messages={"invalid": _("Enter the six digits that the authenticator shows now.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.device: TOTPDevice | None = None
        self.helper = _helper(_("Confirm"))

    def clean_token(self) -> str:
        """Find the device, confirmed or about to be, that shows this token."""
        token = str(self.cleaned_data["token"]).strip()
        for device in TOTPDevice.objects.filter(user=self.user).order_by("-confirmed"):
            allowed, _why = device.verify_is_allowed()
            if allowed and device.verify_token(token):
                self.device = device
                return token
        raise forms.ValidationError(
            _("These digits are not right. Wait for the next ones; after several failures, longer.")
        )
