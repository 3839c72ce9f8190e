"""Values as offices spell them, each with what it truly says and the problem planted in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from envoy_app.domain.geography import County, shipped_gazetteer
from envoy_app.domain.idnumber import check_digit, is_valid
from envoy_app.domain.sheets import Cell
from envoy_app.domain.vocabulary import shipped_vocabulary

VOCABULARY = shipped_vocabulary()
COUNTIES = shipped_gazetteer().counties
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余"
    "杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛阎段雷侯龙"
    "史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "秀桂林波海燕静芳敏娜丽强军杰涛明超勇艳霞平刚辉玲红英华兰志国建文德安康荣贵福生春"
    "云倩莉蕙琳璐䶮㛃堃𬭚𠅤"
)
DOUBLE = ["欧阳", "上官", "诸葛", "司马"]
MINORITY = [
    "阿木",
    "沙马",
    "吉克",
    "曲比",
    "古丽",
    "买买提",
    "伍各",
    "木呷",
    "尔布",
    "拉铁",
    "艾力",
]
DOTS = "·•‧・･⋅∙●．."
PADS = [" ", "  ", "\u3000", "\u3000\u3000", "\xa0", " \u3000"]
ENDS = ["", "", "", " ", "\u3000", "\xa0", "\u200b", "\n"]
ORGS = [
    "示例县农业农村局",
    "示例市畜牧站",
    "川西农业科学院（示例）",
    "岷江农业大学（示例）动物科技学院",
]
ORGS += ["沱江水产研究所（示例）", "示例镇农业综合服务中心", "红果专业合作社（示例）"]
ORGS += [
    "川芽农业科技有限公司（示例）",
    "稻香家庭农场（示例）",
    "示例区植保植检站",
    "锦川农业职业学院（示例）",
]
ORGS += ["示例县林业和草原局", "示例市蚕业管理总站", "示例县水产渔政服务中心", "示例县气象局"]
POSTS = [
    "主任",
    "副主任",
    "站长",
    "副站长",
    "所长",
    "副所长",
    "副院长",
    "技术员",
    "理事长",
    "总经理",
]
POSTS += [
    "研究室主任",
    "教研室主任",
    "系主任",
    "教师",
    "科研人员",
    "技术总监",
    "科长",
    "党支部书记",
]
SERIES = [
    "农艺师",
    "畜牧师",
    "兽医师",
    "工程师",
    "实验师",
    "经济师",
    "会计师",
    "园艺师",
    "水产工程师",
]
TITLES = [(f"正高级{x}", 3) for x in SERIES] + [(f"高级{x}", 2) for x in SERIES]
TITLES += [(x, 1) for x in SERIES] + [(f"助理{x}", 0) for x in SERIES]
TITLES += [("教授", 3), ("副教授", 2), ("讲师", 1), ("助教", 0), ("研究员", 3), ("副研究员", 2)]
TITLES += [("助理研究员", 1), ("研究实习员", 0), ("推广研究员", 3), ("农业技术推广研究员", 3)]
TITLES += [
    ("正高", 3),
    ("副高", 2),
    ("副高级", 2),
    ("中级", 1),
    ("初级", 0),
    ("无", 0),
    ("技术员", 0),
]
LEVELS = {3: "正高级", 2: "副高级", 1: "中级", 0: "初级"}
EDUCATION = {
    "博士": ["博士", "博士研究生", "博士研究生/博士", "研究生（博士）", "全日制博士研究生"],
    "硕士": ["硕士", "硕士研究生", "研究生", "硕士研究生 硕士", "研究生/硕士", "在职硕士研究生"],
    "本科": [
        "本科",
        "大学",
        "大学本科",
        "大学本科/学士",
        "全日制本科",
        "大学本科\n学士",
        "本科学历",
    ],
    "大专": ["大专", "专科", "大专/无", "大学专科", "高职", "大专学历"],
    "中专": ["中专", "中等专业学校", "中专学历"],
}
MAJORS = [
    "农学",
    "园艺学",
    "果树学",
    "茶学",
    "动物医学",
    "植物保护",
    "土壤学",
    "水产养殖学",
    "林学",
]
UNKNOWN_TERMS = ["英语翻译", "建筑施工", "钢琴教学", "汉语言文学", "考古学", "体育教学", "口腔医学"]
OUTSIDE = ["汶川", "汶川县", "乐山市市中区", "天府新区", "成都高新区", "眉山天府新区", "成都市"]
OUTSIDE += [
    "仁寿线",
    "浦江县",
    "涪城区",
    "雨城区",
    "重庆市",
    "金糖县",
    "安岳乡县",
    "新者区",
    "都江偃",
]
ROLES = ["团长", "副团长", "组长", "成员"]
REMARKS = ["自备车辆", "退休返聘", "首次选派", "2025年续聘", "=1+1", "仅周末可下乡，需提前联系"]
SEPARATORS = ["、", ",", "，", ";", "；", "/", " ", "\n", "，"]
AFFIXES = ["", "", "", "技术", "技术推广", "技术指导", "技术研究与示范", "栽培技术", "产业"]
TERMS = [
    (term, item.code)
    for item in VOCABULARY.specialties
    if item.code != "S99"
    for term in (item.name, *(word.partition("(")[0] for word in item.synonyms))
    if term not in VOCABULARY.ambiguous
]


@dataclass(frozen=True)
class Spelling:
    """A cell, what it says, and the code of what is planted in it.

    `may` are codes that are right to tell or not.
    """

    raw: Any
    truth: Any
    problem: str = ""
    may: tuple[str, ...] = ()


EMPTY = Spelling(None, None)


def pick(rng: random.Random, choices: Sequence[Any]) -> Any:
    return choices[rng.randrange(len(choices))]


def widened(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def name(rng: random.Random, gender: str) -> tuple[Spelling, bool]:
    """Return a name; whether a note behind it tells the gender."""
    kind = rng.random()
    if kind < 0.06:
        first, second = rng.sample(MINORITY, 2)
        written = first + pick(rng, ["", " "]) + pick(rng, DOTS) + pick(rng, ["", ""]) + second
        return Spelling(written + pick(rng, ENDS), f"{first}·{second}"), False
    surname = pick(rng, DOUBLE) if kind < 0.09 else pick(rng, SURNAMES)
    given = "".join(rng.sample(GIVEN, rng.randint(1, 2)))
    full = surname + given
    written = surname + pick(rng, PADS) + given if len(full) == 2 and rng.random() < 0.5 else full
    noted = rng.random() < 0.03
    if noted:
        written += pick(rng, [f"（{gender}）", f"({gender})", f" ({gender})"])
    return Spelling(written + pick(rng, ENDS), full), noted


def identity(rng: random.Random) -> tuple[str, date, str]:
    """Return a valid ID number with its birth date and gender."""
    born = date(1955, 1, 1) + timedelta(days=rng.randrange(16_000))
    first = f"510000{born:%Y%m%d}{rng.randrange(1000):03d}"
    return first + check_digit(first), born, "男" if int(first[16]) % 2 else "女"


def id_number(rng: random.Random, number: str) -> Spelling:
    chance = rng.random()
    if chance < 0.02:
        wrong = str((int(number[17].replace("X", "0")) + 1) % 10)
        bad = [number[:17] + wrong, number[:17], number + "0", number[:6] + "****" + number[10:]]
        bad += [
            number[:10] + "1345" + number[14:],
            number.replace("0", "O", 1),
            number[:6] + number[8:17],
        ]
        return Spelling(pick(rng, bad), None, "BAD_ID")
    if chance < 0.04:
        cut = int(number[:15] + "000")
        digits = float(number[:17] + "0")
        lost: list[Any] = [digits, f"{digits:.5E}"] + [cut] * (not is_valid(str(cut)))
        return Spelling(pick(rng, [*lost, "5.1E+17", "5.10000E+17"]), None, "ID_PRECISION_LOST")
    forms: list[Callable[[str], str]] = [str] * 6
    forms += [str.lower, "'{}".format, " {}".format, "{}\n".format, "\xa0{}".format, widened]
    forms += [lambda n: f"{n[:6]} {n[6:14]} {n[14:]}", lambda n: f"{n[:6]}-{n[6:14]}-{n[14:]}"]
    return Spelling(pick(rng, forms)(number), number)


_CHINESE = "〇一二三四五六七八九"


def chinese_number(value: int) -> str:
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _CHINESE[tens] + "十"
    return head + (_CHINESE[ones] if ones or not tens else "")


def birth(rng: random.Random, born: date, *, known: bool) -> Spelling:
    """Return a birth; `known` where the row has a valid ID number beside it."""
    if rng.random() < 0.02:
        bad = ["1975.13", "1975-02-30", "待核实", "不详", "19756", "1975年13月", "一九七五", "3月"]
        return Spelling(pick(rng, bad), None, "BAD_DATE")
    y, m, d = born.year, born.month, born.day
    month, day = f"{born:%Y-%m}", born.isoformat()
    spelled = "".join(_CHINESE[int(c)] for c in str(y))
    months: list[Any] = [
        f"{y}.{m:02d}",
        f"{y}-{m:02d}",
        f"{y}年{m}月",
        f"{y}年{m:02d}月",
        f"{y}/{m}",
    ]
    months += [f"{y}{m:02d}", int(f"{y}{m:02d}"), f" {y} . {m:02d} ", widened(f"{y}.{m:02d}")]
    months += [
        f"{spelled}年{chinese_number(m)}月",
        f"{y % 100:02d}年{m}月",
        f"{y}年 {m} 月",
        f"{y}.{m}",
    ]
    months += [Cell(float(f"{y}.{m:02d}"), "0.00"), f"{y}年{m}月生", f"{y}-{m}", f"{y}、{m}"]
    if m not in (1, 10):
        months += [float(f"{y}.{m}") if m < 10 else float(f"{y}.{m:02d}")]
    days: list[Any] = [
        day,
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}{m:02d}{d:02d}",
        f"{y}年{m}月{d}日",
    ]
    days += [int(f"{y}{m:02d}{d:02d}"), f"{day} 00:00:00", f"{y}/{m}/{d} 0:00", f"{y}年{m}月{d}号"]
    days += [Cell(datetime(y, m, d), "yyyy-mm-dd")] * 4  # noqa: DTZ001  as Excel gives it
    days += [f"{spelled}年{chinese_number(m)}月{chinese_number(d)}日", f"{y}．{m}．{d}"]
    if known:
        days += [(born - date(1899, 12, 30)).days]
    if rng.random() < 0.5:
        if rng.random() < 0.1:
            shown = Cell(datetime(y, m, 1), 'yyyy"年"m"月"')  # noqa: DTZ001  as Excel gives it
            return Spelling(shown, month)
        return Spelling(pick(rng, months), month)
    return Spelling(pick(rng, days), day)


def mobile(rng: random.Random) -> str:
    return f"1{rng.randint(30, 99)}{rng.randrange(10**8):08d}"


def phone(rng: random.Random, number: str) -> Spelling:
    chance, n = rng.random(), number
    if chance < 0.02:
        bad = [
            n[:7] + "****",
            n[:8] + "？？？",
            n[:10],
            n + "8",
            "见通讯录",
            f"{float(n):.4E}",
            n[:3],
        ]
        return Spelling(pick(rng, bad), [], "BAD_PHONE")
    if chance < 0.05:
        area = pick(rng, ["028", "0838"])
        tail = f"{rng.randrange(2_000_000, 9_000_000)}"
        forms = [
            f"{area}-{tail}",
            f"({area}){tail}",
            f"{area} {tail}",
            f"（{area}）{tail}",
            area + tail,
        ]
        forms += [
            f"{area}-{tail}-801",
            f"{area}-{tail}转801",
            f"{area}－{tail}",
            f"办{area}-{tail}",
        ]
        return Spelling(pick(rng, forms), [f"{area}-{tail}"])
    if chance < 0.12:
        other = mobile(rng)
        sep = pick(rng, ["、", "/", "；", ";", " ", "\n", "，", " / ", "或", "|"])
        return Spelling(n + sep + other, [n, other])
    forms = [n] * 8 + [
        f"{n[:3]} {n[3:7]} {n[7:]}",
        f"{n[:3]}-{n[3:7]}-{n[7:]}",
        f"+86 {n}",
        f"86{n}",
    ]
    raws: list[Any] = [
        *forms,
        f"+86-{n}",
        f"0086{n}",
        f"(+86){n}",
        int(n),
        int(n),
        float(n),
        f"{n}.0",
    ]
    raws += [
        widened(n),
        f"手机：{n}",
        f"{n}（微信同号）",
        f"'{n}",
        f"{n}\n",
        f"028-85551234 / {n}",
        f"{n};",
    ]
    return Spelling(pick(rng, raws), [n])


def title(rng: random.Random) -> tuple[Spelling, int]:
    text, rank = pick(rng, TITLES)
    written = text
    if rng.random() < 0.1 and "级" not in text and text not in ("无", "正高", "副高"):
        written += pick(rng, [f"（{LEVELS[rank]}）", f"({LEVELS[rank]})"])
    return Spelling(pick(rng, ["", "", " "]) + written + pick(rng, ["", "", " "]), text), rank


def education(rng: random.Random) -> Spelling:
    truth = pick(rng, list(EDUCATION))
    return Spelling(pick(rng, EDUCATION[truth]), truth)


def specialties(rng: random.Random) -> Spelling:
    chance = rng.random()
    if chance < 0.02:
        return Spelling(pick(rng, UNKNOWN_TERMS), [], "UNKNOWN_SPECIALTY")
    if chance < 0.04:
        return Spelling(pick(rng, sorted(VOCABULARY.ambiguous)), [], "AMBIGUOUS_SPECIALTY")
    chosen = [pick(rng, TERMS) for _ in range(pick(rng, [1, 1, 1, 2, 2, 3]))]
    separator = pick(rng, SEPARATORS)
    written = [term + pick(rng, AFFIXES) for term, _ in chosen]
    codes = list(dict.fromkeys(code for _, code in chosen))
    if chance < 0.08:
        broad = pick(rng, sorted(VOCABULARY.ambiguous))
        return Spelling("、".join([broad, *written]), codes, may=("AMBIGUOUS_SPECIALTY",))
    return Spelling(separator.join(written), codes)


def county_spelling(rng: random.Random, county: County) -> str:
    forms = [county.name] * 4 + [county.short_name, county.city + county.name, f"{county.name} "]
    forms += [county.city_short + county.name, f"四川省{county.city}{county.name}", *county.aliases]
    return pick(rng, forms)


def county(rng: random.Random, several: int = 1) -> Spelling:
    """Return one or several counties; the truth is the list of codes."""
    if rng.random() < 0.02:
        return Spelling(pick(rng, OUTSIDE), [], "UNKNOWN_COUNTY")
    chosen = rng.sample(COUNTIES, rng.randint(1, several))
    text = pick(rng, ["、", "，", "/", "\n", "；", ","]).join(
        county_spelling(rng, c) for c in chosen
    )
    return Spelling(text, [c.code for c in chosen])


def path(rng: random.Random, county: County) -> str:
    parts = ["四川省", county.city, pick(rng, [county.name, *county.aliases[:1]])]
    return pick(rng, ["/", " / ", "-", " ", "", ">", "－"]).join(parts)
