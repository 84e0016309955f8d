"""The gold set: how sentences must be read."""

import pytest

from tests.gold import FOLDER, families, fold, is_right
from tts.text.script import read

FAMILIES = dict(families())
SHARE = 0.98


def test_the_gold_set_is_large_and_well_formed() -> None:
    cases = [case for family in FAMILIES.values() for case in family]
    assert len(cases) >= 300
    assert all(len(family) >= 15 for family in FAMILIES.values())
    assert len({case.sentence for case in cases}) == len(cases)
    for name, family in FAMILIES.items():
        for case in family:
            assert case.family == name and case.source and all(case.accepted)
            assert not any(c.isdigit() for form in case.accepted for c in form), case.sentence
    assert all(
        len(line.split("\t")) == 4 for path in FOLDER.glob("*.tsv") for line in path.read_text("utf-8").splitlines()
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_read_right(name: str) -> None:
    wrong = [case for case in FAMILIES[name] if not is_right(read(case.sentence).spoken, case)]
    told = "\n".join(f"{case.sentence}\n  {read(case.sentence).spoken}\n  {case.accepted[0]}" for case in wrong)
    assert len(wrong) <= (1 - SHARE) * len(FAMILIES[name]), told


@pytest.mark.parametrize(
    ("one", "other"),
    [("مِائَةٌ وَأَلْفٌ", "مئة والف"), ("ثلاث مئة", "ثلاثمائة"), ("قال: «نعم»!", "قال نعم"), ("ثماني سنوات", "ثمان سنوات")],
)
def test_spellings_of_one_reading_are_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("عشرون", "عشرين"), ("ثلاث", "ثلاثة"), ("ألف", "ألفا"), ("بعد", "بعدا")])
def test_readings_are_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)
