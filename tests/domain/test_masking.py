"""Nothing personal survives in what the log and the reports say."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_app.domain.demands import Demand
from envoy_app.domain.idnumber import check_digit
from envoy_app.domain.masking import MASK, masked
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import EnvoyCard


def digits(count):
    return st.text("0123456789", min_size=count, max_size=count)


ids = st.tuples(
    st.sampled_from(("510107", "51018", "513901")),
    st.dates().map(lambda day: f"{day:%Y%m%d}".zfill(8)),
    digits(4),
).map(lambda parts: (parts[0] + parts[1] + parts[2])[:17].ljust(17, "7"))
eighteen = ids.map(lambda first: first + check_digit(first))
fifteen = st.tuples(st.integers(1, 9).map(str), digits(14)).map("".join)
mobiles = st.tuples(st.sampled_from(("13", "15", "17", "18", "19")), digits(9)).map("".join)
landlines = st.tuples(st.sampled_from(("028", "0838", "010")), digits(8)).map("".join)
# How people write them: gaps, hyphens, brackets, a country, digits of full width.
writings = st.sampled_from(
    (
        lambda number: number,
        lambda number: f"{number[:3]} {number[3:7]} {number[7:]}",
        lambda number: f"{number[:3]}-{number[3:7]}-{number[7:]}",
        lambda number: f"({number[:3]}) {number[3:]}",
        lambda number: f"+86 {number}",
        lambda number: f"{number[:6]} {number[6:14]} {number[14:]}",
        lambda number: number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
        lambda number: number.lower(),
    )
)
numbers = st.one_of(eighteen, fifteen, mobiles, landlines)
around = st.text(max_size=60)
HIDING = re.compile(r"[ \-()+]")


@given(before=around, number=numbers, write=writings, after=around)
def test_no_number_survives_in_any_text(before, number, write, after):
    written = write(number)
    told = masked(before + written + after)
    assert written not in told
    assert number not in HIDING.sub("", told)


@given(number=numbers, name=st.text(min_size=1, max_size=12), words=st.text(max_size=20))
def test_no_value_of_a_record_survives(number, name, words):
    secret = f"<{name}>"
    for record in (
        Envoy(id="e1", name=secret, id_number=number, phones=(number, secret), remarks=secret),
        EnvoyCard("e1", secret, words, number, "", None, None, 4, 8),
        Demand(id="d1", county="510183", contact=secret, phone=number),
    ):
        told = masked(f"{words} {record!r} and {[record]!r}")
        assert number not in told
        assert repr(secret)[1:-1] not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("KeyError: '王强'", f"KeyError: '{MASK}'"),
        ("修改特派员“王强”", f"修改特派员“{MASK}”"),
        ("修改特派员“乜某某”", f"修改特派员“{MASK}”"),
        ("138\u2009\u200b00000001", MASK),
        ("导入“成都名册.xlsx”", "导入“成都名册.xlsx”"),
        ("姓名：欧阳娜娜，县：金堂县", f"姓名：{MASK}，县：金堂县"),
        ('{"name": "阿依·古丽", "slots": 4}', f'{{"name": \'{MASK}\', "slots": 4}}'),
        ("2026-12-01 至 2026-12-31", "2026-12-01 至 2026-12-31"),
        ("row 12, column 4, code 510183", "row 12, column 4, code 510183"),
        ("Envoy(name='')", "Envoy(name='')"),
        ("'10107198001011234'", f"'{MASK}'"),
    ],
)
def test_what_goes_and_what_stays(text, told):
    assert masked(text) == told


@pytest.mark.parametrize("parts", [("", "home"), ("", "Users"), ("C:", "Users")])
@pytest.mark.parametrize("account", ["zhang", "li ming", "王强"])
def test_accounts_go_from_paths_and_paths_stay(parts, account):
    for separator in ("/", "\\", "\\\\"):
        if separator != "/" and parts[0] != "C:":
            continue
        path = separator.join((*parts, account, "数据", "envoy.db"))
        told = masked(f'File "{path}", line 3')
        assert account not in told
        assert told.endswith(separator.join((MASK, "数据", 'envoy.db", line 3')))


def test_a_cut_off_record_is_masked_to_its_end():
    assert "王" not in masked("Envoy(id='e1', name='王强是一个很")
    assert "王" not in masked("Envoy(id='e1', phones=('王强', '是一个很")


@dataclass
class Deep:
    name: str
    phones: list


def test_brackets_and_quotes_in_values_hide_nothing():
    told = masked(repr(Deep("王'\"强", ["a(b", 'c")d', "王强"])))
    assert "王" not in told
    assert "强" not in told
