from __future__ import annotations

import pytest

from envoy_app.domain.titles import (
    rank_of,
    read_education,
    read_title,
    read_wanted_rank,
    split_title_post,
)


@pytest.mark.parametrize(
    ("written", "title", "rank"),
    [
        ("研究员（正高级）", "研究员", 3),
        (" 研究员", "研究员", 3),
        ("农业技术推广研究员", "农业技术推广研究员", 3),
        ("正高级农艺师（正高级）", "正高级农艺师", 3),
        ("正高级", "正高级", 3),
        ("二级教授", "二级教授", 3),
        ("教授级高级工程师", "教授级高级工程师", 3),
        ("副研究员", "副研究员", 2),
        ("高级农艺师（副高级）", "高级农艺师", 2),
        ("林业高级工程师", "林业高级工程师", 2),
        ("高级农艺师（正高）", "高级农艺师", 3),
        ("农艺师（中级）", "农艺师", 1),
        ("助理研究员", "助理研究员", 1),
        ("讲师 ", "讲师", 1),
        ("助理农艺师", "助理农艺师", 0),
        ("研究实习员", "研究实习员", 0),
        ("技术员（初级）", "技术员", 0),
        ("高级技师", "高级技师", 0),
        ("无", "无", 0),
        ("副教授、农艺师", "副教授、农艺师", 2),
        (None, "", 0),
    ],
)
def test_titles(written: str | None, title: str, rank: int):
    assert read_title(written) == (title, rank)


def test_posts_are_no_titles():
    assert rank_of("副主任") is None
    assert split_title_post("副院长/教授") == ("教授", "副院长")


@pytest.mark.parametrize(
    ("written", "rank"),
    [
        ("中级及以上", 1),
        ("副高及以上", 2),
        ("高级农艺师以上", 2),
        ("高级职称以上", 2),
        ("副高或正高", 2),
        ("正高级", 3),
        ("研究员", 3),
        ("初级以上", 0),
        ("不限", 0),
        (None, 0),
    ],
)
def test_wanted_ranks(written: str | None, rank: int):
    assert read_wanted_rank(written) == rank


@pytest.mark.parametrize(
    ("written", "education"),
    [
        ("博士研究生 博士", "博士"),
        ("硕士研究生\n硕士", "硕士"),
        ("研究生/博士", "博士"),
        ("大学本科/学士", "本科"),
        ("大学", "本科"),
        ("大学专科", "大专"),
        ("大专 无", "大专"),
        ("中专", "中专"),
        ("自学成才", "自学成才"),
        (None, ""),
    ],
)
def test_education(written: str | None, education: str):
    assert read_education(written) == education
