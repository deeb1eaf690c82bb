"""Forms about people: finding, inviting, giving and ending roles, letting somebody deputise."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import periods
from core.forms.fields import DayField, WordsField
from core.forms.filters import ALL, FilterForm
from units import people, people_queries, people_rules, roles
from units.forms import picking
from units.models import Appointment
from units.people_rules import Post


def _plain() -> FormHelper:
    """Only the fields: the template has the form and its buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


def _one_line(name: Any) -> str:
    return " ".join(str(name).split())


def _reason(required: bool = True) -> WordsField:
    return WordsField(label=gettext_lazy("Reason"), required=required, rows=2)


class PeopleFilterForm(FilterForm):
    """Which people the list shows."""

    veils = True

    q = forms.CharField(
        label=gettext_lazy("Full name or user name"), required=False, max_length=100
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[*ALL, *roles.CHOICES]
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            *ALL,
            (people_queries.RUNNING, gettext_lazy("running")),
            (people_queries.ENDED, gettext_lazy("all ended")),
            (people_queries.INVITED, gettext_lazy("no password set yet")),
            (people_queries.LOCKED, gettext_lazy("locked after wrong passwords")),
        ],
    )


def suggestions(giver: Any, words: str) -> list[str]:
    """Units of the area whose name holds `words`, as they are chosen (two queries)."""
    return picking.suggestions(people_queries.area(giver), words)


class UnitField(picking.UnitField):
    """A unit of the area of an administrator."""

    def __init__(self, giver: Any, **kwargs: Any) -> None:
        area = people_queries.area(giver)
        super().__init__(area, label=gettext_lazy("At which unit"), **kwargs)


class PostForm(forms.Form):
    """A role at a unit, from a day to a day."""

    def __init__(self, giver: User, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.giver = giver
        self.helper = _plain()
        choices = [(role.code, role.label) for role in people_queries.roles_given_by(giver)]
        self.fields["role"] = forms.ChoiceField(
            label=gettext_lazy("Role"), choices=[("", "–"), *choices], required=required
        )
        self.fields["unit"] = UnitField(giver, required=required)
        self.fields["first_day"] = DayField(
            label=gettext_lazy("From"), required=required, initial=periods.today
        )
        self.fields["last_day"] = DayField(
            label=gettext_lazy("To (the last day)"),
            required=False,
            help_text=gettext_lazy("Empty: without end."),
        )

    def post(self) -> Post | None:
        """What is to be given; None where the fields do not say."""
        said = self.cleaned_data
        if not (said.get("role") and said.get("unit") and said.get("first_day")):
            return None
        if said.get("last_day") and said["last_day"] < said["first_day"]:
            self.add_error("last_day", _("The last day is before the first."))
            return None
        period = periods.between(said["first_day"], said.get("last_day"))
        return Post(roles.BY_CODE[said["role"]], said["unit"], period)

    def check_post(self, person: User | None, post: Post) -> None:
        """Say at the field why the post may not be given."""
        allowed, reason = people_rules.in_order(post.period)
        if not allowed:
            self.add_error("first_day", reason)
            return
        allowed, reason = (
            people_rules.may_give(self.giver, person, post)
            if person
            else people_rules.may_offer(self.giver, post)
        )
        if not allowed:
            self.add_error("role", reason)


class InviteForm(PostForm):
    """Who is invited, and to what."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Empty: proposed from the full name."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        required=False,
        help_text=gettext_lazy("The link is then mailed too."),
    )

    def clean_full_name(self) -> str:
        """One blank between words."""
        return _one_line(self.cleaned_data["full_name"])

    def clean_username(self) -> str:
        """The name as typed, else one proposed; plain letters, not taken."""
        name = str(self.cleaned_data["username"]).strip()
        name = name or people.propose_username(str(self.cleaned_data.get("full_name", "")))
        if not name.isascii() or not name:
            raise forms.ValidationError(_("Write a user name of plain letters without accents."))
        UnicodeUsernameValidator()(name)
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return name

    def clean(self) -> dict[str, Any]:
        """Whether the post may be given, and to somebody who is not there already."""
        said = super().clean() or {}
        post = self.post()
        if post:
            self.check_post(None, post)
            self._check_namesake(said, post)
        return said

    def _check_namesake(self, said: dict[str, Any], post: Post) -> None:
        """Nobody needs two accounts; who only bears the same name gets a user name of their own."""
        typed, name = str(self.data.get("username", "")).strip(), said.get("full_name", "")
        if typed and typed != people.propose_username(name):
            return
        same = User.objects.filter(appointments__unit=post.place.unit_id, full_name=name).first()
        if same:
            self.add_error(
                "full_name",
                _(
                    "%(person)s already has an account at this unit (%(name)s): give that one the"
                    " role. For another person of this name, write a different user name."
                )
                % {"person": same, "name": same.username},
            )


class GiveForm(PostForm):
    """Another role for a person."""

    def __init__(self, giver: User, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(giver, *args, **kwargs)
        self.person = person
        self.fields["reason"] = _reason(required=False)

    def clean(self) -> dict[str, Any]:
        """Whether the post may be given to this person."""
        said = super().clean() or {}
        post = self.post()
        if post:
            self.check_post(self.person, post)
        return said


class FindForm(forms.Form):
    """Somebody who has an account, by the exact user name."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )

    def person(self) -> User | None:
        """Who has this name; None and an error where nobody has."""
        found = User.objects.filter(username=self.cleaned_data["username"].strip()).first()
        if found is None:
            self.add_error("username", _("Nobody has this user name."))
        return found


class ChangeForm(forms.Form):
    """Until when a role runs from now on, and why."""

    def __init__(self, appointment: Appointment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["last_day"] = periods.last_day(appointment.period)
        self.helper = _plain()
        for_days = appointment.deputising_for_id is not None
        self.fields["last_day"] = DayField(
            label=gettext_lazy("Runs to (the last day)"),
            required=for_days,
            help_text=gettext_lazy("Yesterday ends it at once; empty: without end."),
        )
        self.fields["reason"] = _reason()


class CorrectionForm(forms.Form):
    """What an account is to say from now on, and why. The present address is nobody else's affair:
    it is replaced without being shown."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("New email"),
        required=False,
        help_text=gettext_lazy(
            "Empty: the address stays as it is. A link is sent to a new one; it is used once its"
            " owner has confirmed it."
        ),
    )
    no_email = forms.BooleanField(
        label=gettext_lazy("Take the present address away"), required=False
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.initial["full_name"] = person.full_name
        self.helper = _plain()
        self.fields["reason"] = _reason()

    def clean_full_name(self) -> str:
        """One blank between words."""
        return _one_line(self.cleaned_data["full_name"])

    def clean_email(self) -> str:
        """Refuse to the demonstration: its accounts belong to every visitor."""
        email = str(self.cleaned_data["email"])
        if self.person.is_demo and email:
            raise forms.ValidationError(_("Accounts of the demonstration have no address."))
        return email

    def correction(self) -> people.Correction:
        """What was typed, once it is valid."""
        said = self.cleaned_data
        return people.Correction(said["full_name"], said["email"], said["no_email"])


class TransferForm(PostForm):
    """The day on which everything ends, why, and the new post, if there is one."""

    def __init__(self, giver: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(giver, *args, required=False, **kwargs)
        self.fields["first_day"].initial = None
        self.fields["ends_on"] = DayField(
            label=gettext_lazy("Last day in the present roles"), initial=periods.today
        )
        self.fields["reason"] = _reason()

    def clean(self) -> dict[str, Any]:
        """A new post is given whole or not at all."""
        said = super().clean() or {}
        asked = [name for name in ("role", "unit", "first_day") if said.get(name)]
        missing = [name for name in ("role", "unit", "first_day") if name not in asked]
        if asked and missing:
            for name in missing:
                if name not in self.errors:
                    self.add_error(name, _("The new post needs this too."))
        return said


class DeputiseForm(forms.Form):
    """Who stands in, from when until when, and why."""

    def __init__(self, appointment: Appointment, colleagues: list[User], **kwargs: Any) -> None:
        self.by_name = kwargs.pop("by_name")
        super().__init__(**kwargs)
        self.appointment = appointment
        self.colleagues = {str(one.pk): one for one in colleagues}
        self.helper = _plain()
        choices = [(key, str(one)) for key, one in self.colleagues.items()]
        self.fields["deputy"] = forms.ChoiceField(
            label=gettext_lazy("Who stands in"),
            choices=[("", "–"), *choices],
            required=not self.by_name,
        )
        if self.by_name:
            self.fields["username"] = forms.CharField(
                label=gettext_lazy("or by user name"), required=False, max_length=150
            )
        self.fields["first_day"] = DayField(label=gettext_lazy("From"), initial=periods.today)
        self.fields["last_day"] = DayField(label=gettext_lazy("To (the last day)"))
        self.fields["reason"] = _reason()

    def clean(self) -> dict[str, Any]:
        """Whether the person may stand in for these days."""
        said = super().clean() or {}
        said["person"] = self._person(said)
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        elif first and last and said["person"]:
            said["period"] = periods.between(first, last)
            allowed, reason = people_rules.may_stand_in(
                self.appointment, said["person"], said["period"]
            )
            if not allowed:
                self.add_error("deputy", reason)
        return said

    def _person(self, said: dict[str, Any]) -> User | None:
        if said.get("deputy"):
            return self.colleagues[said["deputy"]]
        name = str(said.get("username") or "").strip()
        found = User.objects.filter(username=name).first() if name else None
        if found is None and "deputy" not in self.errors:
            self.add_error(
                "username" if name else "deputy",
                _("Nobody has this user name.") if name else _("Choose who stands in."),
            )
        return found
