"""Forms of signing in and of one's own account."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
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


class EnrolForm(forms.Form):
    """The six digits that the authenticator shows for the device about to be set up."""

    token = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("Six digits of the authenticator"),
        error_messages={"invalid": _("Enter the six digits that the authenticator shows now.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, device: TOTPDevice, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device
        self.helper = _helper(_("Confirm"))

    def clean_token(self) -> str:
        """Refuse digits that the device does not show now."""
        token = str(self.cleaned_data["token"]).strip()
        _refuse_while_locked(self.device)
        if not second_factor.shows(self.device, token):
            raise forms.ValidationError(
                _("These digits are not right. Wait for the next ones; each failure waits longer.")
            )
        return token


class SecondFactorForm(forms.Form):
    """The six digits that the person's authenticator shows now, or one of the recovery codes."""

    token = forms.CharField(
        label=_("Six digits of the authenticator, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def __init__(self, device: TOTPDevice, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device
        self.helper = _helper(_("Confirm"))

    def clean_token(self) -> str:
        """Refuse what the device does not show and what is no unused code; both make it wait."""
        token = str(self.cleaned_data["token"])
        _refuse_what_is_not_shown(self.device, token)
        return token


def _refuse_what_is_not_shown(device: TOTPDevice, typed: str) -> None:
    """Refuse what the device does not show and what is no unused code; both make it wait."""
    token = "".join(typed.split())
    _refuse_while_locked(device)
    if second_factor.shows(device, token):
        return
    if not second_factor.recovers(device.user, token):
        raise forms.ValidationError(
            _("These digits are not right. Wait for the next ones; each failure waits longer.")
        )
    second_factor.forgive(device)


def _refuse_while_locked(device: TOTPDevice) -> None:
    """After failures the device answers nothing for a while: say until when."""
    until = second_factor.locked_until(device)
    if until:
        raise forms.ValidationError(
            _("Too many attempts. Try again after %(at)s.")
            % {"at": localtime(until).strftime("%H:%M:%S")}
        )


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic in stubs only
    """The new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Set the password and sign in"))
        self.helper.form_tag = False  # the template adds the name, for password managers


class ResetForm(forms.Form):
    """Whose password: by user name or by address."""

    name = forms.CharField(
        label=_("User name or email"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Send the link"))

    def people(self) -> list[User]:
        """Who can be sent a link: people with an address, none of the demonstration."""
        name = self.cleaned_data["name"].strip()
        known = User.objects.filter(Q(username=name) | Q(email__iexact=name), is_active=True)
        return list(known.filter(is_demo=False).exclude(email=""))


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in stubs only
    """What the person decides about the own account.

    Whoever has the address gets the account, by a link for a new password: so another address asks
    for the password, and for the second factor of who has one, however long they are signed in.
    """

    email = forms.EmailField(
        label=_("Email"),
        required=False,
        help_text=_("Where the link goes if you forget the password. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Present password"),
        required=False,
        strip=False,
        help_text=_("Only to change the email."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    token = forms.CharField(
        label=_("Six digits of the authenticator, or a recovery code"),
        required=False,
        max_length=40,
        help_text=_("Only to change the email."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    field_order = ("called", "language", "email", "password", "token")

    class Meta:
        model = User
        fields = ("called", "language")
        widgets = {"language": forms.Select(choices=settings.LANGUAGES)}
        help_texts = {
            "called": _("How mails speak to you, such as “chị Hạnh”; empty: your given name."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["email"] = self.instance.email
        self.device = second_factor.device_of(self.instance)
        if self.device is None:
            del self.fields["token"]
        self.helper = _helper(_("Save"))
        self.helper.form_tag = False  # the template adds the name, for password managers

    @property
    def changes_email(self) -> bool:
        """Whether another address was typed, or none any more."""
        return "email" in self.changed_data

    @property
    def was_tried(self) -> bool:
        """Whether a password or digits were typed that are not right."""
        return bool({"password", "token"} & set(self.errors))

    def clean(self) -> dict[str, Any]:
        """Refuse another address to whoever cannot show that they are the person."""
        said = super().clean() or {}
        if not self.changes_email or self.errors:
            return said
        if not self.instance.check_password(said["password"]):
            self.add_error("password", _("Enter your present password to change the email."))
        elif self.device is not None:
            try:
                _refuse_what_is_not_shown(self.device, said["token"])
            except forms.ValidationError as error:
                self.add_error("token", error)
        return said

    def clean_email(self) -> str:
        """Refuse to the demonstration: its accounts belong to every visitor."""
        email = str(self.cleaned_data["email"])
        if self.instance.is_demo and email:
            raise forms.ValidationError(_("Accounts of the demonstration have no address."))
        return email

    def clean_language(self) -> str:
        """Refuse what is not spoken here."""
        code = str(self.cleaned_data["language"])
        if code not in dict(settings.LANGUAGES):
            raise forms.ValidationError(_("The portal does not speak this language."))
        return code
