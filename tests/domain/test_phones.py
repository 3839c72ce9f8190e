from __future__ import annotations

import pytest

from envoy_app.domain.phones import read_phones


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("19000001309", ("19000001309",)),
        (19000001309, ("19000001309",)),
        (19000001309.0, ("19000001309",)),
        ("19000001309.0", ("19000001309",)),
        ("190 0000 1309", ("19000001309",)),
        ("190-0000-1309", ("19000001309",)),
        ("１９０００００１３０９", ("19000001309",)),
        ("+86 19000001309", ("19000001309",)),
        ("19000001309、19000005100", ("19000001309", "19000005100")),
        ("19000001309 19000005100", ("19000001309", "19000005100")),
        ("19000001309\n19000005100", ("19000001309", "19000005100")),
        ("028-00006936 / 19000001309", ("19000001309",)),
        ("028-85551234", ("028-85551234",)),
        ("028-85551234转801", ("028-85551234",)),
        ("手机：19000001309", ("19000001309",)),
        (None, ()),
        ("无", ()),
        ("—", ()),
    ],
)
def test_numbers(written: str | float | None, numbers: tuple[str, ...]):
    assert read_phones(written) == (numbers, None)


@pytest.mark.parametrize(
    "written",
    ["1900000****", "19000001？？？", "1900000659", "190000053418", "见通讯录", 1.9e10 + 0.5],
)
def test_incomplete_numbers_are_flagged(written: str | float):
    numbers, finding = read_phones(written)
    assert numbers == ()
    assert finding is not None
    assert finding.code == "BAD_PHONE"


def test_the_good_number_beside_a_bad_one_is_kept():
    numbers, finding = read_phones("19000001309、1900000****")
    assert numbers == ("19000001309",)
    assert finding is not None
