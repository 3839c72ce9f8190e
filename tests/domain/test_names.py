from __future__ import annotations

import pytest

from envoy_app.domain.names import name_is_sound, read_gender, read_name


@pytest.mark.parametrize(
    ("written", "name", "gender"),
    [
        ("陈\u3000\u3000梅", "陈梅", ""),
        ("郭  𬭚", "郭𬭚", ""),
        ("卢秀桂\xa0", "卢秀桂", ""),
        ("\u200b王丽\ufeff", "王丽", ""),
        ("阿木‧木呷", "阿木·木呷", ""),
        ("买买提•尔布", "买买提·尔布", ""),
        ("曲比・艾力\u3000", "曲比·艾力", ""),
        ("朱\u3000霞（女）", "朱霞", "女"),
        ("韩敏婷 (女)", "韩敏婷", "女"),
        ("\uf900春", "\uf900春", ""),
        ("=1+1", "=1+1", ""),
        ("Anna Li", "Anna Li", ""),
        ("王强 男", "王强", "男"),
        ("王\u3000女", "王女", ""),
        ("陈梅（团长）", "陈梅", ""),
        ("阿木·木呷（彝族）", "阿木·木呷", ""),
        ("朱霞（女）（彝族）", "朱霞", "女"),
        (None, "", ""),
        ("  ", "", ""),
    ],
)
def test_names(written: str | None, name: str, gender: str):
    assert read_name(written) == (name, gender)


@pytest.mark.parametrize(
    ("written", "gender"), [("男", "男"), (" 女性", "女"), ("F", "女"), ("未知", ""), (None, "")]
)
def test_genders(written: str | None, gender: str):
    assert read_gender(written) == gender


@pytest.mark.parametrize(
    ("name", "sound"),
    [("陈梅", True), ("王伟2", True), ("李军（已调离）", False), ("李四*", False)],
)
def test_sound_names(name: str, sound: bool):
    assert name_is_sound(name) is sound
