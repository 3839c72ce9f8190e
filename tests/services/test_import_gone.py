"""Who was on the last list of this kind and is not on this one: a question, never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.import_choices import RowChoice
from envoy_app.services.import_gone import list_name
from envoy_app.services.imports import ImportService
from tests.services.import_books import person, write_book


@pytest.fixture
def imports(workspace) -> ImportService:
    return ImportService(workspace.context, lambda: date(2026, 11, 20))


@pytest.fixture
def opened(imports, tmp_path):
    """Open a roster with these rows."""

    def open_it(*rows, name="金堂县名册(10月).xlsx"):
        return imports.open([write_book(tmp_path / name, *rows)])

    return open_it


def team(*numbers, **values):
    return [person(number, **values) for number in numbers]


def names(batch):
    return [gone.name for gone in batch.gone]


def name(number):
    return person(number)[0]


def test_who_is_missing_from_the_next_list_is_asked_about(imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    batch = opened(*team(1, 3, 4, 5), name="金堂县名册(11月).xlsx")
    (gone,) = batch.gone
    assert (gone.name, gone.organisation) == (name(2), "甲站")
    assert "金堂县名册(10月).xlsx" in gone.reason


def test_by_default_he_stays(workspace, imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    imports.apply_batch(opened(*team(1, 3, 4, 5), name="金堂县名册(11月).xlsx"))
    assert all(envoy.active for envoy in workspace.roster.envoys(include_inactive=True))
    assert names(opened(*team(1, 3, 4, 5, 6), name="金堂县名册(12月).xlsx")) == []


def test_retired_he_goes_with_the_same_import_and_comes_back_with_its_undo(
    workspace, imports, opened
):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    batch = opened(*team(1, 3, 4), name="金堂县名册(11月).xlsx")
    batch = imports.retire(batch, [batch.gone[0].envoy_id, "unknown"])
    assert len(batch.retired) == 1
    batch, changes = imports.apply_batch(batch)
    assert changes.topics == {Topic.ROSTER}
    assert [envoy.name for envoy in workspace.roster.envoys()] == [name(1), name(3), name(4)]
    imports.undo(imports.history()[0].id)
    assert len(workspace.roster.envoys()) == 4


def test_nobody_of_another_county_is_gone(imports, opened):
    """One workbook for two counties, then one for one of them."""
    imports.apply_batch(opened(*team(1, 2, 3, 4), *team(5, 6, 7, county="大邑")))
    assert names(opened(*team(1, 2, 3), name="金堂县名册(11月).xlsx")) == [name(4)]
    assert names(opened(*team(5, 6, county="大邑"), name="大邑县名册.xlsx")) == [name(7)]


def test_another_organisations_list_of_the_same_form_claims_nobody(imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4, office="甲大学"), name="甲.xlsx"))
    imports.apply_batch(opened(*team(5, 6, 7, office="乙所"), name="乙.xlsx"))
    assert names(opened(*team(5, 6, office="乙所"), name="乙新.xlsx")) == [name(7)]
    assert names(opened(*team(1, 2, 3, office="甲大学"), name="甲新.xlsx")) == [name(4)]


def test_a_supplement_of_a_few_people_claims_nobody(imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4, 5, 6)))
    assert names(opened(*team(1, 7), name="金堂县名册(补充).xlsx")) == []


def test_who_may_be_on_it_under_another_name_is_not_gone(imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    renamed = (name(2), None, "19000009999", *person(2)[3:])
    batch = opened(*team(1, 3, 4), renamed)
    assert batch.files[0].report.rows[3].rivals
    assert names(batch) == []
    key = batch.files[0].report.rows[3].key
    assert names(imports.decide(batch, 0, {key: RowChoice(target="")})) == [name(2)]


def test_whose_row_is_left_out_or_faulty_is_not_gone(imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    batch = opened(*team(1, 2, 3, 4), person(5))
    key = batch.files[0].report.rows[1].key
    assert names(imports.decide(batch, 0, {key: RowChoice(skip=True)})) == []


def test_who_is_on_another_file_of_the_batch_is_not_gone(imports, opened, tmp_path):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    batch = opened(*team(1, 3, 4))
    assert names(batch) == [name(2)]
    batch = imports.add(batch, [write_book(tmp_path / "另册.xlsx", person(2, county="大邑"))])
    assert names(batch) == []


def test_an_import_taken_back_counts_no_more(imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3)))
    imports.apply_batch(opened(*team(1, 2, 3, 4), name="金堂县名册(11月).xlsx"))
    imports.undo(imports.history()[0].id)
    assert names(opened(*team(1, 2, 3), name="金堂县名册(12月).xlsx")) == []


def test_whom_the_user_retired_is_not_asked_about_again(workspace, imports, opened):
    imports.apply_batch(opened(*team(1, 2, 3, 4)))
    batch = opened(*team(1, 3, 4), name="b.xlsx")
    imports.apply_batch(imports.retire(batch, [gone.envoy_id for gone in batch.gone]))
    assert names(opened(*team(1, 3, 4), name="c.xlsx")) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("金堂县名册(10月).xlsx", "金堂县名册（11月）.xls"),
        ("2026年科技特派员名单.xlsx", "2027年科技特派员名单-最终.et"),
        ("名册_20261001.xlsx", "名册 20261105 v2.xlsx"),
    ],
)
def test_a_file_keeps_its_name_from_month_to_month(one, other):
    assert list_name(one) == list_name(other) != ""
