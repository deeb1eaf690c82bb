"""Every value of a YAML file knows its line, and what YAML would quietly accept is refused."""

from pathlib import Path

import pytest

from awards.plans.yaml_files import PlanFilesRefused, read


def faults_of(path: Path) -> list[str]:
    with pytest.raises(PlanFilesRefused) as refused:
        read(path)
    return [str(fault) for fault in refused.value.faults]


def test_values_know_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "# comment\ntitles:\n  - code: a\n    name: >-\n      Một\n      hai\n", "utf-8"
    )
    file = read(path)
    assert file.data == {"titles": [{"code": "a", "name": "Một hai"}]}
    assert file.line_of(("titles", 0)) == 3
    assert file.line_of(("titles", 0, "name")) == 4
    assert file.line_of(("titles", 0, "missing")) == 3


def test_keys_are_text_as_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("{on: 2025-06-30, yes: no}", "utf-8")
    assert list(read(path).data) == ["on", "yes"]


def test_key_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("code: a\nname: b\ncode: c\n", "utf-8")
    assert faults_of(path) == ["a.yaml:3: code is given twice"]


def test_key_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("code: a\n[b]: c\n", "utf-8")
    assert faults_of(path) == ["a.yaml:2: a key must be text"]


def test_value_that_no_reader_of_data_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("code: a\nday: 2025-02-30\nname: !!python/name:os.system\n", "utf-8")
    lines = [fault.split(": ")[0] for fault in faults_of(path)]
    assert lines == ["a.yaml:2", "a.yaml:3"]


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("code: a\nname: [b\n", "utf-8")
    [fault] = faults_of(path)
    assert fault.startswith("a.yaml:3: not YAML: ")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("mã: Tỉnh".encode("utf-16"))
    [fault] = faults_of(path)
    assert fault.startswith("a.yaml:1: not UTF-8: ")
