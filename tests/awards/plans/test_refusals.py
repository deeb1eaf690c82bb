"""A plan file that is wrong is refused with file, line and reason."""

import pytest

from tests.awards.plans.conftest import Copy


def test_files_of_the_project_are_good(copy: Copy) -> None:
    assert copy.faults() == []


# What the schema refuses ----------------------------------------------------------------------


def test_unknown_field_of_a_record(copy: Copy) -> None:
    good = 'article: II.4\n    number: "4"'
    line = copy.edit("11-bac-kan.yaml", good, 'numbr: "4"\n    article: II.4')
    assert copy.faults() == [f"11-bac-kan.yaml:{line}: passages.numbr: unknown field"]


def test_unknown_field_of_a_record_inside_a_record(copy: Copy) -> None:
    line = copy.edit("10-tra-vinh.yaml", "        line: 15\n", "        lines: 15\n")
    assert copy.faults() == [
        f"10-tra-vinh.yaml:{line}: criteria_sets.criteria.lines: unknown field"
    ]


def test_unknown_list_of_a_file(copy: Copy) -> None:
    line = copy.append("30-routes.yaml", "rutes: []\n")
    assert copy.faults() == [f"30-routes.yaml:{line}: rutes: unknown field"]


def test_file_that_is_no_mapping(copy: Copy) -> None:
    (copy.plans / "99-list.yaml").write_text("- code: a\n", "utf-8")
    assert copy.faults() == [
        "99-list.yaml:1: file: Input should be a valid dictionary or instance of PlanFile"
    ]


def test_missing_field(copy: Copy) -> None:
    line = copy.edit("03-titles.yaml", "  - code: gia-dinh-hoc-tap\n    name: Gia đình học tập\n",
                     "  - code: gia-dinh-hoc-tap\n")  # fmt: skip
    assert copy.faults() == [f"03-titles.yaml:{line}: titles.name: missing"]


def test_record_without_any_source(copy: Copy) -> None:
    copy.edit("13-thu-tuong.yaml", 'source: "003"\n', "")
    faults = copy.faults()
    assert len(faults) == 14 + 4 + 6  # passages, forms, exclusions
    assert all(fault.endswith(".source: missing") for fault in faults)


def test_value_out_of_range(copy: Copy) -> None:
    line = copy.edit("14-binh-duong.yaml", "    share: 65\n", "    share: 165\n")
    assert copy.faults() == [
        f"14-binh-duong.yaml:{line}: targets.share: Input should be less than or equal to 100"
    ]


def test_text_where_yaml_reads_a_number(copy: Copy) -> None:
    line = copy.edit("10-tra-vinh.yaml", 'source: "000"', "source: 000")
    assert f"10-tra-vinh.yaml:{line}: source: Input should be a valid string" in copy.faults()


def test_period_that_ends_before_it_begins(copy: Copy) -> None:
    line = copy.edit("11-bac-kan.yaml", "until: 2030-12-31", "until: 2020-12-31")
    assert copy.faults()[0] == (
        f"11-bac-kan.yaml:{line}: criteria_sets.period:"
        " the period ends on 2020-12-31, before it begins on 2024-01-01"
    )


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("{kind: attested, treshold: 3}", "treshold: Extra inputs are not permitted"),
        ("{kind: score}", "max: Field required"),
        ("{kind: score, max: 10, floor: 50}", "rule: floor 50 is above max 10"),
        (
            "{kind: share, numerator: a, denominator: b}",
            "rule: a threshold is needed: one of at_least, at_most or bands",
        ),
        (
            "{kind: share, numerator: a, denominator: b, at_least: 190}",
            "rule: a threshold of a share is in percent and cannot exceed 100",
        ),
        ("{}", "kind: missing"),
    ],
)
def test_bad_rule_parameters(copy: Copy, rule: str, reason: str) -> None:
    good = "rule: {kind: holds_title, title: cong-dong-hoc-tap-xa}"
    line = copy.edit("10-tra-vinh.yaml", good, f"rule: {rule}")
    assert copy.faults() == [f"10-tra-vinh.yaml:{line}: criteria_sets.criteria.rule: {reason}"]


def test_unknown_kind_of_rule(copy: Copy) -> None:
    good = "rule: {kind: holds_title, title: cong-dong-hoc-tap-xa}"
    line = copy.edit("10-tra-vinh.yaml", good, "rule: {kind: hold_title}")
    [fault] = copy.faults()
    assert fault.startswith(
        f"10-tra-vinh.yaml:{line}: criteria_sets.criteria.rule: kind: 'hold_title' is unknown"
    )


def test_bad_rule_of_a_set(copy: Copy) -> None:
    line = copy.edit("20-cong-dan-hoc-tap.yaml", "total: 80", "total: 180")
    [fault] = copy.faults()
    assert fault == (
        f"20-cong-dan-hoc-tap.yaml:{set_line(copy, '20-cong-dan-hoc-tap.yaml')}: criteria_sets:"
        " total 180 is above the 100 points there are"
    )
    assert line > set_line(copy, "20-cong-dan-hoc-tap.yaml")


def set_line(copy: Copy, file: str) -> int:
    """The line on which the first criteria set of a file begins."""
    lines = (copy.plans / file).read_text("utf-8").splitlines()
    return lines.index("criteria_sets:") + 2


def test_criterion_with_a_source_and_no_rule(copy: Copy) -> None:
    good = "        rule: {kind: holds_title, title: cong-dong-hoc-tap-xa}\n"
    copy.edit("10-tra-vinh.yaml", good, "")
    [fault] = copy.faults()
    assert fault.endswith("criteria_sets.criteria: a criterion with a source needs a rule")


def test_document_that_does_not_say_why_its_signer_is_unknown(copy: Copy) -> None:
    copy.edit("01-documents.yaml", "    signer: Nguyễn Lộc Hà\n", "")
    [fault] = copy.faults()
    assert fault.endswith("documents: signer is neither given nor said to be unknown, and why")


# What the files say together ------------------------------------------------------------------


def test_code_given_twice(copy: Copy) -> None:
    first = copy.edit("03-titles.yaml", "code: dong-ho-hoc-tap", "code: gia-dinh-hoc-tap")
    faults = copy.faults()
    assert f"03-titles.yaml:{first}: title gia-dinh-hoc-tap is given twice" in faults


def test_source_that_is_not_recorded(copy: Copy) -> None:
    old = "    code: van-phong-ubnd-bac-kan\n    kind: agency"
    copy.edit("02-campaign.yaml", "    source: dichvucong-1005097", "    source: dichvucong-1")
    assert old not in (copy.plans / "02-campaign.yaml").read_text("utf-8")
    [fault] = copy.faults()
    assert fault.startswith("02-campaign.yaml:")
    assert fault.endswith(": source: there is no dichvucong-1")


def test_document_that_is_not_recorded(copy: Copy) -> None:
    copy.edit("13-thu-tuong.yaml", "document: quyet-dinh-1315", "document: quyet-dinh-1316")
    faults = copy.faults()
    assert len(faults) == 14 + 4
    assert all(fault.endswith(": document: there is no quyet-dinh-1316") for fault in faults)


def test_title_that_a_rule_asks_for_and_nobody_knows(copy: Copy) -> None:
    copy.edit("10-tra-vinh.yaml", "title: cong-dong-hoc-tap-xa}", "title: cong-dong}")
    [fault] = copy.faults()
    assert fault.endswith(": rule: there is no title cong-dong")


def test_grade_that_the_title_does_not_have(copy: Copy) -> None:
    good = "title: cong-dong-hoc-tap-xa}"
    copy.edit("10-tra-vinh.yaml", good, "title: cong-dong-hoc-tap-xa, grade: 3}")
    [fault] = copy.faults()
    assert fault.endswith(": rule: cong-dong-hoc-tap-xa has no grade 3")


def test_normalised_citation_without_the_number(copy: Copy) -> None:
    good = "Hướng dẫn số 216/HD-BNV ngày 14/01/2024 của Bộ Nội vụ\n        relation: implements"
    copy.edit("01-documents.yaml", good, "Hướng dẫn số 216\n        relation: implements")
    [fault] = copy.faults()
    assert fault.endswith(": the normalised citation lacks the number 216/HD-BNV")


SECOND_SET = """
  - code: tra-vinh-cap-xa-2
    name: Tiêu chí khác đối với cấp xã
    subject_kinds: [hamlet, commune]
    subject_text: cấp xã
    owner: {kind: province, code: "84", on: 2025-06-30}
    owner_name: Ủy ban nhân dân tỉnh Trà Vinh
    document: ke-hoach-21-tra-vinh
    source: dichvucong-1005097
    period: {from: FIRST, until: null}
    rule: {kind: all_of}
    criteria:
      - {code: "1", wording: Một câu, rule: {kind: attested}}
"""


@pytest.mark.parametrize("first", ["2024-01-01", "2030-12-31"])
def test_overlapping_period_of_two_sets_at_the_same_distance(copy: Copy, first: str) -> None:
    line = copy.append("23-mo-hinh-hoc-tap.yaml", SECOND_SET.replace("FIRST", first))
    [fault] = copy.faults()
    assert fault == (
        f"23-mo-hinh-hoc-tap.yaml:{line + 1}: its period overlaps that of tra-vinh-cap-xa"
        " version 1, which is for the same kind of unit, owner and purpose"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FIRST", "2031-01-01"),  # after the other has ended
        ("[hamlet, commune]", "[hamlet]"),  # another kind of unit
        ('code: "84"', 'code: "83"'),  # another owner
        ("    rule: {kind: all_of}", "    title: cong-dong-hoc-tap-xa\n    rule: {kind: all_of}"),
    ],
)
def test_sets_that_no_unit_finds_at_the_same_distance_are_fine(
    copy: Copy, old: str, new: str
) -> None:
    text = SECOND_SET.replace(old, new).replace("FIRST", "2024-01-01")
    copy.append("23-mo-hinh-hoc-tap.yaml", text)
    assert copy.faults() == []


OF_AGENCIES = (
    SECOND_SET.replace("[hamlet, commune]", "[agency]")
    .replace("FIRST", "2024-01-01")
    .replace("    owner:", "    managers: [commune]\n    owner:")
)


def test_sets_for_units_of_different_managing_bodies_are_fine(copy: Copy) -> None:
    quoted = OF_AGENCIES.replace(
        "    rule: {kind: all_of}",
        '    source: "000"\n    inside: tra-vinh-so-ban-nganh\n'
        '    quote: "các sở, ban, ngành tỉnh"\n    rule: {kind: all_of}',
    ).replace("    source: dichvucong-1005097\n", "")
    quoted = quoted.replace('{code: "1",', '{code: "1", source: dichvucong-1005097,')
    copy.append("23-mo-hinh-hoc-tap.yaml", quoted)
    assert copy.faults() == []
    text = (copy.plans / "23-mo-hinh-hoc-tap.yaml").read_text("utf-8")
    assert text.count("managers: [commune]") == 1
    copy.edit("23-mo-hinh-hoc-tap.yaml", "managers: [commune]", "managers: [commune, province]")
    [fault] = copy.faults()
    assert "its period overlaps that of tra-vinh-so-ban-nganh version 1" in fault


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (OF_AGENCIES, "managers are what the opening words say; there is no quote"),
        (
            OF_AGENCIES.replace("[agency]", "[agency, hamlet]").replace(
                "    rule: {kind: all_of}", "    quote: Cấp xã\n    rule: {kind: all_of}"
            ),
            "managers: only organisations are managed by one body or another",
        ),
    ],
)
def test_who_manages_is_said_of_organisations_in_quoted_words(
    copy: Copy, text: str, why: str
) -> None:
    copy.append("23-mo-hinh-hoc-tap.yaml", text)
    [fault] = copy.faults()
    assert fault.endswith(why)


# What the sources say -------------------------------------------------------------------------


def test_missing_source_text(copy: Copy) -> None:
    (copy.sources / "002_a1a2a25664480348.txt").unlink()
    faults = [fault for fault in copy.faults() if "a1a2" in fault]
    assert len(faults) == 1
    assert faults[0].startswith("00-sources.yaml:")
    assert faults[0].endswith(": its text 002_a1a2a25664480348.txt is missing")


def test_source_text_that_was_changed(copy: Copy) -> None:
    path = copy.sources / "002_a1a2a25664480348.txt"
    path.write_text(path.read_text("utf-8").replace("học tâp", "học tập"), "utf-8")
    faults = [fault for fault in copy.faults() if "SHA" in fault]
    assert len(faults) == 1
    assert faults[0].endswith("is not the text with the recorded SHA-256")


def test_quote_with_its_mistake_mended(copy: Copy) -> None:
    copy.edit("11-bac-kan.yaml", "phục trách, góp", "phụ trách, góp")
    [fault] = copy.faults()
    assert fault.startswith("11-bac-kan.yaml:")
    assert "quote: the source does not say: '- Căn cứ chức năng" in fault


def test_quote_that_the_source_says_twice(copy: Copy) -> None:
    copy.edit("10-tra-vinh.yaml", "        line: 15\n", "")
    [fault] = copy.faults()
    assert fault.endswith(": quote: the source says it 2 times: name the line, of [15, 21]")


def test_quote_on_another_line(copy: Copy) -> None:
    copy.edit("10-tra-vinh.yaml", "        line: 15\n", "        line: 16\n")
    [fault] = copy.faults()
    assert fault.endswith(": quote: the source says it on lines [15, 21], not once on 16")


def test_quote_of_a_source_of_which_no_text_is_kept(copy: Copy) -> None:
    copy.edit("20-cong-dan-hoc-tap.yaml", "        wording: Ngoại ngữ", "        quote: Ngoại ngữ")
    [fault] = copy.faults()
    assert fault.endswith(": no text of source congdankhuyenhoc-cdht is kept: nothing to quote")


def test_sentence_that_no_record_holds(copy: Copy) -> None:
    path = copy.plans / "11-bac-kan.yaml"
    text = path.read_text("utf-8")
    start = text.index("  - code: iv-6\n")
    path.write_text(text[:start] + text[text.index("  - code: v\n") :], "utf-8")
    [fault] = copy.faults()
    assert fault.startswith("00-sources.yaml:")
    assert "line 95 belongs to no record, not whole to one: '6. Tăng cường ứng dụng" in fault


def test_sentence_that_two_records_hold(copy: Copy) -> None:
    copy.edit("12-yen-bai.yaml", "  - lines: [7, 7]", "  - lines: [7, 9]")
    [fault] = copy.faults()
    assert "line 9 belongs to exclusion" in fault
    assert "and ke-hoach-35-yen-bai/mo-dau, not whole to one" in fault


def test_lines_that_the_source_does_not_have(copy: Copy) -> None:
    copy.edit("13-thu-tuong.yaml", "  - lines: [39, 145]", "  - lines: [39, 146]")
    [fault] = copy.faults()
    assert fault.endswith("quote: the text has lines 1 to 145, not 39 to 146")


def test_quote_that_does_not_stand_inside_the_record_it_names(copy: Copy) -> None:
    good = "inside: tra-vinh-ho-gia-dinh/2"
    copy.edit("10-tra-vinh.yaml", good, "inside: tra-vinh-ho-gia-dinh/1")
    [fault] = copy.faults()
    assert fault.endswith("inside: the quote does not stand in tra-vinh-ho-gia-dinh/1")


def test_target_that_quotes_excluded_text(copy: Copy) -> None:
    copy.append(
        "30-routes.yaml",
        'targets:\n  - {code: a, document: ke-hoach-35-yen-bai, source: "002", year: 2025,'
        " share: 1, counted: a, among: b, quote: Bình luận}\n",
    )
    [fault] = copy.faults()
    assert fault.endswith("quote: it stands in no passage and no criterion")


def test_every_fault_is_named_at_once(copy: Copy) -> None:
    copy.edit("10-tra-vinh.yaml", "        line: 15\n", "        lines: 15\n")
    copy.edit("14-binh-duong.yaml", "    share: 65\n", "    share: 165\n")
    assert [fault.split(":")[0] for fault in copy.faults()] == [
        "10-tra-vinh.yaml",
        "14-binh-duong.yaml",
    ]


def test_directory_without_files(copy: Copy) -> None:
    for path in copy.plans.iterdir():
        path.unlink()
    assert copy.faults() == ["plans:1: there are no plan files"]


# What targets ask of figures


def test_a_target_that_does_not_say_which_part_a_figure_is(copy: Copy) -> None:
    asked = 'target: "2030-gia-dinh", part: among'
    line = copy.edit("04-figures.yaml", asked, 'target: "2030-gia-dinh"')
    assert copy.faults() == [
        (
            f"04-figures.yaml:{line}: figure_kinds.asked_by:"
            " part: say of a target whether this is counted, or among what"
        )
    ]


def test_two_figures_for_one_part_of_a_target(copy: Copy) -> None:
    copy.edit("04-figures.yaml", '"2030-gia-dinh", part: among', '"2030-gia-dinh", part: counted')
    faults = copy.faults()
    assert len(faults) == 1
    assert faults[0].endswith(": part: another figure is counted of this target, too")
