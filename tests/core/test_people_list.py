"""What can be wrong with a list of people by itself."""

import json

import pytest

from examapp.core.people_list import PeopleList, PersonRow, faults_within, from_plain
from examapp.core.refusals import Fault

COLUMNS = {"username": "A", "name": "B", "unit": "C", "roles": "G"}


def people(*rows: PersonRow, faults: tuple[Fault, ...] = ()) -> PeopleList:
    return PeopleList(COLUMNS, rows, faults)


def row(number: int = 2, **fields: object) -> PersonRow:
    return PersonRow(
        **{"number": number, "username": f"u{number}", "name": "甲", "unit": "01", **fields}
    )


@pytest.mark.parametrize(
    ("fields", "cell"),
    [
        ({"username": ""}, "A7"),
        ({"username": "a b"}, "A7"),
        ({"name": ""}, "B7"),
        ({"name": "长" * 41}, "B7"),
        ({"unit": ""}, "C7"),
        ({"roles": ("admin", "auditor")}, "G7"),
        ({"roles": ()}, "G7"),
    ],
)
def test_the_cell_of_a_fault_is_named(fields, cell):
    assert [fault.place for fault in faults_within(people(row(2), row(7, **fields)))] == [cell]


def test_a_name_that_stands_twice_is_told_at_the_second_with_the_cell_of_the_first():
    (fault,) = faults_within(people(row(2, username="Li"), row(3), row(4, username=" ｌｉ")))
    assert fault.place == "A4"
    assert fault.facts == {"username": "li", "cell": "A2"}


def test_all_faults_come_at_once():
    assert len(faults_within(people(row(2, name=""), row(3, unit=""), row(4, username="")))) == 3


def test_a_cell_that_could_not_be_read_is_not_also_called_empty():
    told = Fault("G2", "not known")
    assert faults_within(people(row(2, roles=()), faults=(told,))) == [told]


def test_a_list_without_faults_comes_back_from_json_unchanged():
    there = people(row(2), row(3, roles=("cadre", "trainer"), post="legal-affairs"))
    assert from_plain(json.loads(json.dumps(there.plain()))) == there
