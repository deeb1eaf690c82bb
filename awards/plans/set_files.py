"""A criteria set as a file in the format of the plan files, and a draft from such a file.

The file says what `load_plans` reads of one set, no more: who drafted it and what became of it stay
in the portal. What a draft keeps of the version before – code, kinds of unit, owner, purpose,
title – a file cannot change either (decision 60).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from awards.plans.files import inherited
from awards.plans.records.criteria import CriteriaSetRecord, CriterionRecord
from awards.plans.yaml_files import PlanFilesRefused, YamlFile, parse
from campaign.models import Document, Source
from core import periods
from core.data_files import DataFilesRefused, Fault
from criteria import rules
from criteria.models import CriteriaSet, Criterion
from units.models import Placement

_LIST = "criteria_sets"
_BRACKETS = re.compile(rb"[\[\]{}]")
_DEEPEST, _FURTHEST_IN = 30, 100  # brackets in each other; signs before the first word of a line
#: What a file may not say otherwise than the draft that it is read into.
_KEPT = ("code", "title", "grade", "subject_kinds", "subject_text", "managers", "owner",
         "owner_name")  # fmt: skip


# Written


class _Dumper(yaml.SafeDumper):
    """Lists inside mappings are indented, as in the plan files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def write(criteria_set: CriteriaSet) -> str:
    """A set, published or not, as the content of a plan file (a query for its owner)."""
    data = {_LIST: [_said(criteria_set)]}
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _said(one: CriteriaSet) -> dict[str, Any]:
    criteria = one.criteria.select_related("source").order_by("order")
    said: dict[str, Any] = {
        "code": one.code,
        "version": one.version,
        "name": one.name,
        "title": one.title.code if one.title else None,
        "grade": one.grade or None,
        "subject_kinds": [str(kind) for kind in one.subject_kinds],
        "subject_text": one.subject_text,
        "managers": [str(kind) for kind in one.managers],
        "owner": _owner(one),
        "owner_name": one.owner_name,
        "document": one.document.code,
        "source": one.source.code,
        "article": one.article,
        "quote": one.intro_quote,
        "period": {
            "from": periods.first_day(one.period),
            "until": periods.last_day(one.period),
        },
        "derives_from": _derived(one),
        "in_force_basis": one.in_force_basis,
        "rule": one.rule,
        "note": one.note,
        "criteria": [_criterion(row) for row in criteria],
    }
    always = ("owner", "owner_name", "subject_text", "period", "rule", "criteria")
    return {name: value for name, value in said.items() if name in always or value not in _EMPTY}


_EMPTY: tuple[Any, ...] = (None, "", [])


def _derived(one: CriteriaSet) -> dict[str, Any] | None:
    base = one.derives_from
    return {"set": base.code, "version": base.version} if base else None


def _owner(one: CriteriaSet) -> dict[str, Any] | None:
    """The owner by its official code on a day; one that has none by its key, as a body."""
    if one.owner_id is None:
        return None
    states = Placement.objects.filter(unit=one.owner_id).exclude(code="")
    state = states.order_by("-period").first()
    if state is None:
        return {"body": f"don-vi-{one.owner_id}"}
    day = periods.first_day(state.period) or periods.last_day(state.period) or periods.today()
    return {"kind": str(state.kind), "code": state.code, "on": day}


def _criterion(row: Criterion) -> dict[str, Any]:
    said = {
        "code": row.code,
        "group": row.group,
        "article": row.article,
        "wording": row.wording,
        "quote": row.quote,
        "source": row.source.code,
        "status": row.status if row.status != Criterion.Status.KNOWN else "",
        "evidence_hint": row.evidence_hint,
        "rule": row.rule,
        "note": row.note,
    }
    return {name: value for name, value in said.items() if value not in _EMPTY}


# Read


def read(
    name: str, content: bytes, draft: CriteriaSet
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a file says of the set that is drafted: the fields of its row, and those of each
    criterion in order.

    Raises:
        DataFilesRefused: with line and sentence for everything that is wrong.
    """
    if _is_too_deep(content):
        sentence = _unreadable(_("something stands too deep inside something else"))
        raise DataFilesRefused([Fault(name, 1, sentence)])
    try:
        file = parse(name, content)
    except PlanFilesRefused as refused:
        faults = [Fault(name, one.line, _unreadable(one.reason)) for one in refused.faults]
        raise DataFilesRefused(faults) from refused
    raw = _the_set(file)
    try:
        record = CriteriaSetRecord.model_validate(inherited(raw))
    except ValidationError as error:
        raise DataFilesRefused(list(_sentences(file, error))) from error
    faults = [*_changed(file, raw, draft), *_unknown(file, record)]
    if faults:
        raise DataFilesRefused(faults)
    sources = {one.code: one for one in Source.objects.all()}
    criteria = [_row(one, sources) for one in record.criteria]
    return _set_row(record, sources), criteria


def _is_too_deep(content: bytes) -> bool:
    """Whether lists or mappings stand in each other deeper than a set ever has them, so deep that
    reading them would exhaust the stack."""
    depth = deepest = 0
    for sign in _BRACKETS.findall(content):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    indents = (len(line) - len(line.lstrip(b" -?")) for line in content.splitlines())
    return deepest > _DEEPEST or max(indents, default=0) > _FURTHEST_IN


def _unreadable(reason: str) -> str:
    return _("This cannot be read as a YAML file: %(reason)s") % {"reason": reason}


def _the_set(file: YamlFile) -> dict[str, Any]:
    """The only set of the file, with the file's default source and document."""
    data = file.data if isinstance(file.data, dict) else {}
    found = data.get(_LIST)
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
        sentence = _("The file holds one set, in a list called “criteria_sets”.")
        raise DataFilesRefused([Fault(file.name, file.line_of((_LIST,)), sentence)])
    other = data.keys() - {_LIST, "source", "document"}
    if other:
        sentence = _("Only a set is read from this file, not “%(name)s”.")
        raise DataFilesRefused(
            [Fault(file.name, file.line_of((one,)), sentence % {"name": one}) for one in other]
        )
    defaults = {key: data[key] for key in ("source", "document") if key in data}
    return {**defaults, **found[0]}


def _sentences(file: YamlFile, error: ValidationError) -> Iterator[Fault]:
    """One fault for each thing that the form of a set refuses, at its line, in words."""
    for found in error.errors(include_url=False):
        place = (_LIST, 0, *found["loc"])
        field = ".".join(str(part) for part in found["loc"] if isinstance(part, str))
        for sentence in _words(found):
            text = f"{field}: {sentence}" if field else sentence
            yield Fault(file.name, file.line_of(place), text)


def _words(found: Mapping[str, Any]) -> list[str]:
    """What pydantic found, for the reader."""
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, rules.RuleRefused):
        return [one.sentence for one in cause.errors]
    if isinstance(cause, rules.RuleError):
        return [_of_criterion(cause)]
    match found["type"]:
        case "missing":
            return [_("this is missing")]
        case "extra_forbidden":
            return [_("no such field is known")]
        case "string_too_long":
            return [_("at most %(limit)d characters") % {"limit": found["ctx"]["max_length"]}]
        case _:
            return [_("this value is not possible here (%(reason)s)") % {"reason": found["msg"]}]


def _of_criterion(error: rules.RuleError) -> str:
    if not error.code:
        return error.sentence
    words = {"code": error.code, "sentence": error.sentence}
    return _("Criterion %(code)s: %(sentence)s") % words


def _changed(file: YamlFile, raw: Mapping[str, Any], draft: CriteriaSet) -> Iterator[Fault]:
    """What the file says otherwise than the draft, and must not."""
    mine = _said(draft)
    for name in _KEPT:
        said, wanted = raw.get(name) or None, mine.get(name) or None
        if said != wanted:
            sentence = _("%(name)s: this stays as it is in the draft; another one is another set.")
            yield Fault(file.name, file.line_of((_LIST, 0, name)), sentence % {"name": name})


def _unknown(file: YamlFile, record: CriteriaSetRecord) -> Iterator[Fault]:
    """Documents, sources and sets that the portal does not know."""
    sources = set(Source.objects.values_list("code", flat=True))
    if not Document.objects.filter(code=record.document, owner=None).exists():
        yield _nothing(file, ("document",), record.document)
    if record.source not in sources:
        yield _nothing(file, ("source",), record.source)
    for number, one in enumerate(record.criteria):
        if one.source not in sources:
            yield _nothing(file, ("criteria", number, "source"), one.source)
    if record.derives_from and _base(record) is None:
        yield _nothing(file, ("derives_from",), record.derives_from.code)


def _nothing(file: YamlFile, place: tuple[str | int, ...], code: str) -> Fault:
    sentence = _("“%(code)s” is not known to the portal.") % {"code": code}
    return Fault(file.name, file.line_of((_LIST, 0, *place)), sentence)


def _base(record: CriteriaSetRecord) -> CriteriaSet | None:
    wanted = record.derives_from
    if wanted is None:
        return None
    published = CriteriaSet.objects.published().exclude(code=record.code)
    return published.filter(code=wanted.code, version=wanted.version).first()


def _set_row(record: CriteriaSetRecord, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {
        "name": record.name,
        "document": Document.objects.get(code=record.document),
        "source": sources[record.source],
        "article": record.article,
        "intro_quote": record.quote,
        "period": periods.between(record.period.first, record.period.last),
        "rule": rules.dump(rules.parse_set(record.rule)),
        "note": record.note,
        "in_force_basis": record.in_force_basis,
        "derives_from": _base(record),
    }


def _row(record: CriterionRecord, sources: Mapping[str, Source]) -> dict[str, Any]:
    source = sources[record.source]
    return {
        "code": record.code,
        "group": record.group,
        "wording": record.wording or record.text,
        "quote": record.quote,
        "source": source,
        "confidence": source.confidence,
        "article": record.article,
        "evidence_hint": record.evidence_hint,
        "rule": None if record.rule is None else rules.dump(rules.parse(record.rule)),
        "status": record.status,
        "note": record.note,
    }
