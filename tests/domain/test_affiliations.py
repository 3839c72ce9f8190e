from __future__ import annotations

import pytest

from envoy_app.domain.affiliations import split_organisation_post, split_school_major


@pytest.mark.parametrize(
    ("written", "organisation", "post"),
    [
        ("示例县农业农村局\n副主任", "示例县农业农村局", "副主任"),
        ("示例县农业农村局副主任", "示例县农业农村局", "副主任"),
        ("示例县水产渔政服务中心，主任", "示例县水产渔政服务中心", "主任"),
        ("示例县农业技术推广中心主任", "示例县农业技术推广中心", "主任"),
        ("川西农业科学院（示例）研究室主任", "川西农业科学院（示例）", "研究室主任"),
        ("沱江水产研究所（示例）所长", "沱江水产研究所（示例）", "所长"),
        ("某某局局长", "某某局", "局长"),
        ("某某局党委书记、局长", "某某局", "党委书记、局长"),
        ("岷江农业大学（示例）动物科技学院", "岷江农业大学（示例）动物科技学院", ""),
        ("岷江农业大学 动物科技学院", "岷江农业大学动物科技学院", ""),
        ("示例中心 高级顾问", "示例中心", "高级顾问"),
        ("主任", "主任", ""),
        (None, "", ""),
    ],
)
def test_organisation_and_post(written: str | None, organisation: str, post: str):
    assert split_organisation_post(written) == (organisation, post)


@pytest.mark.parametrize(
    ("written", "major"),
    [
        ("岷江农业大学（示例） 作物遗传育种", "作物遗传育种"),
        ("岷江农业大学（示例）\n林学专业", "林学"),
        ("四川农业大学植物保护", "植物保护"),
        ("农学", "农学"),
        (None, ""),
    ],
)
def test_school_and_major(written: str | None, major: str):
    assert split_school_major(written)[1] == major
