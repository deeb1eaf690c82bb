"""Records of titles and of the sets of criteria."""

import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from awards.plans.records.base import Code, Grade, Mention, Period, Quoting, Record, Text, UnitRef
from criteria import rules
from criteria.models import Unregistered
from units.models import UnitKind
from units.permissions import ORGANISATIONS


def _is_rule(data: dict[str, Any]) -> dict[str, Any]:
    rules.parse(data)
    return data


def _is_set_rule(data: dict[str, Any]) -> dict[str, Any]:
    rules.parse_set(data)
    return data


RuleData = Annotated[dict[str, Any], AfterValidator(_is_rule)]
SetRuleData = Annotated[dict[str, Any], AfterValidator(_is_set_rule)]


class AuthorityRecord(Record):
    """Who recognises a title in a period; null is chưa cấu hình, and `note` says why."""

    period: Period
    authority: str | None
    note: Text


class UnregisteredRecord(Record):
    """What follows for a unit that did not register, and the text that says so."""

    follows: Unregistered
    basis: Text = Field(max_length=300)


class TitleRecord(Quoting):
    """A title, one per tier. Where nobody is known to recognise it, `authorities` is empty."""

    code: Code
    name: Text
    tier: str = ""
    subject_kinds: tuple[UnitKind, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = ()
    valid_months: int | None = Field(default=None, ge=1)
    waiting_months: int | None = Field(default=None, ge=1)
    terms_since: datetime.date | None = None
    terms_basis: str = Field(default="", max_length=300)
    authorities: tuple[AuthorityRecord, ...] = ()
    unregistered: UnregisteredRecord | None = None
    document: Code | None = None
    mentions: tuple[Mention, ...] = ()
    note: str = ""


class CriterionRecord(Quoting):
    """One criterion of a set.

    Known by its quote, or by the `wording` that a public page gives; or known to exist and nothing
    more (`no_source`): then it asks nothing, unless a rule says so, and is never concluded.

    `inside` names the record that owns the quoted sentence, where it is not this one.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$")]
    group: str = Field(default="", max_length=300)
    article: str = Field(default="", max_length=60)
    inside: str | None = None
    wording: str = ""
    status: Literal["known", "no_source"] = "known"
    evidence_hint: str = ""
    rule: RuleData | None = None
    note: str = ""

    @model_validator(mode="after")
    def _is_known_or_says_not(self) -> Self:
        if not (self.quote or self.wording):
            raise ValueError("a criterion needs a quote or a wording")
        if self.status == "known" and self.rule is None:
            raise ValueError("a criterion with a source needs a rule")
        if self.inside and not self.quote:
            raise ValueError("inside says where a quote stands; there is no quote")
        return self

    @property
    def text(self) -> str:
        """What a form shows: the wording, else the quote without its list mark, capitalised."""
        words = self.wording or self.quote.removeprefix("- ")
        return " ".join((words[:1].upper() + words[1:]).split())

    @property
    def spec(self) -> rules.CriterionSpec:
        """What the rule engine has to know of it."""
        rule = rules.parse(self.rule) if self.rule is not None else None
        return rules.CriterionSpec(self.code, rule, self.group, self.status == "known")


class VersionRef(Record):
    """A version of a set of criteria."""

    code: Code = Field(alias="set")
    version: int = Field(ge=1)


class CriteriaSetRecord(Quoting):
    """A version of the rules for kinds of units; published by being loaded.

    With a `title` (and grade) it is what that title is recognised by, without one it is a set of
    the campaign. `owner` is the unit whose territory it holds for; null is the whole country. Its
    quote is the words that begin the set in the source ("Đối với cấp xã:"). `managers` are the
    kinds of managing body of which these words speak ("các sở, ban, ngành tỉnh"); without, it is
    for whoever manages. `derives_from` is the published set of which it is a variant.
    """

    code: Code
    version: int = Field(default=1, ge=1)
    name: Text
    title: Code | None = None
    grade: Grade | None = None
    subject_kinds: tuple[UnitKind, ...] = Field(min_length=1)
    subject_text: Text
    managers: tuple[UnitKind, ...] = ()
    owner: UnitRef | None
    owner_name: Text
    document: Code
    article: str = Field(default="", max_length=60)
    inside: str | None = None
    period: Period
    derives_from: VersionRef | None = None
    in_force_basis: str = ""
    rule: SetRuleData
    criteria: tuple[CriterionRecord, ...] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _text_says_who_manages(self) -> Self:
        if self.managers and not self.quote:
            raise ValueError("managers are what the opening words say; there is no quote")
        if self.managers and not set(self.subject_kinds) <= set(ORGANISATIONS):
            raise ValueError("managers: only organisations are managed by one body or another")
        return self

    @model_validator(mode="after")
    def _rules_fit_together(self) -> Self:
        rules.check_set(rules.parse_set(self.rule), [criterion.spec for criterion in self.criteria])
        return self

    @property
    def purpose(self) -> str:
        """`emulation`, or `title` where it is for the recognition of one."""
        return "title" if self.title else "emulation"

    def competes_with(self, other: "CriteriaSetRecord") -> bool:
        """Whether some unit on some day would find both at the same distance for one purpose."""
        return (
            (self.title, self.grade) == (other.title, other.grade)
            and (self.owner and self.owner.key) == (other.owner and other.owner.key)
            and bool(set(self.subject_kinds) & set(other.subject_kinds))
            and self._shares_managers(other)
            and self.period.meets(other.period)
        )

    def _shares_managers(self, other: "CriteriaSetRecord") -> bool:
        if not (self.managers and other.managers):
            return True
        return bool(set(self.managers) & set(other.managers))


class RegisterLinkRecord(Record):
    """A criterion that speaks of a register of the campaign, and the words with which it does."""

    register_name: Literal["contributions", "initiatives", "inspections"] = Field(alias="register")
    criteria_set: Code = Field(alias="set")
    criterion: Text
    words: Text
