"""A whole plan for tests of screens and paper, made without a database or a solver.

Deterministic by seed. Nobody is booked twice for a half-day, the coverage lines are counted from
the visits, and everything left out carries reasons: what a real plan promises holds here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from envoy_app.domain.coverage import CountyCoverage, CoverageLine, coverage_state
from envoy_app.domain.demands import MODES
from envoy_app.domain.geography import County, shipped_gazetteer
from envoy_app.domain.plans import (
    CostView,
    EnvoyCard,
    PlanInfo,
    PlanState,
    PlanView,
    Preset,
    RoleView,
    ScoreView,
    VisitOrigin,
    VisitView,
)
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.domain.vocabulary import OTHER, Vocabulary, shipped_vocabulary

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何罗高林郑梁谢宋唐许邓韩冯曹彭曾肖田董袁"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红福川芝庆志安云晓婷㛃䶮𬭚"
MINORITY = ("阿木·伍各", "吉克·曲布", "扎西·多吉", "吉木·阿依", "沙马·拉且")
ORGANISATIONS = (
    "川西农业科学院（示例）园艺研究所",
    "岷江农业大学（示例）动物科技学院",
    "示例县农业技术推广中心",
    "示例市畜牧站",
    "川芽农业科技有限公司（示例）",
    "示例县水产渔政服务中心",
)
TITLES = ("农艺师", "高级农艺师", "推广研究员", "副教授", "畜牧师", "高级畜牧师", "助理研究员")
TOWNS = ("石桥镇", "白马镇", "青龙镇", "永兴镇", "红光镇", "西来镇", "龙泉镇", "双江乡")
SITES = (
    "示例村",
    "红旗村（示例）",
    "稻香家庭农场（示例）",
    "红果专业合作社（示例）",
    "农产品加工园（示例）",
)
TOPICS = ("关键环节技术指导", "冬季管理技术培训", "病虫害绿色防控", "提质增效示范", "现场问题诊断")
NO_ENVOY = "期内没有空闲的{name}特派员(都市圈共 {count} 人, 均已排满或请假)"
CURE_SHARING = "将特派员{name}的共享范围由本县放宽到都市圈。"
CURE_WINDOW = "将时间窗口放宽到{start:%m-%d}至{end:%m-%d}。"
TOO_FAR = "可派的特派员到本县单程均超过 180 分钟"
SCARCE = frozenset({"S05", "S11", "S17"})
TOO_SHORT = "时间窗 {start:%m-%d} 至 {end:%m-%d} 内没有两人同时空闲的半天"


def county_specialties(county: County, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Specialties whose words occur in the county's leading industries, then plant protection."""
    text = "、".join(county.industries)
    found = [
        item.code
        for item in vocabulary.specialties
        if item.code != OTHER and any(word in text for word in (item.name, *item.synonyms))
    ]
    return tuple(dict.fromkeys([*found[:5], "S19", "S25"]))[:6]


@dataclass
class _Maker:
    random: Random
    counties: tuple[County, ...]
    vocabulary: Vocabulary
    days: tuple[date, ...]
    people: dict[str, EnvoyCard] = field(default_factory=dict)
    busy: dict[str, set[SlotTime]] = field(default_factory=lambda: defaultdict(set))
    by_specialty: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add_people(self, count: int) -> None:
        for number in range(count):
            card = self.card(number)
            self.people[card.id] = card
            for code in card.specialties:
                self.by_specialty[code].append(card.id)

    def card(self, number: int) -> EnvoyCard:
        pick = self.random.choice
        name = pick(SURNAMES) + "".join(self.random.choices(GIVEN, k=self.random.choice((1, 2, 2))))
        if number % 40 == 39:
            name = pick(MINORITY)
        team = self.counties[number % len(self.counties)]
        wanted = county_specialties(team, self.vocabulary)
        if number % 9:
            wanted = tuple(code for code in wanted if code not in SCARCE)
        return EnvoyCard(
            id=f"envoy-{number:04d}",
            name=name,
            organisation=pick(ORGANISATIONS),
            phone=f"1900000{number:04d}",
            title=pick(TITLES),
            base_county=pick(self.counties).code,
            team_county=team.code if number % 7 else None,
            max_slots_week=4,
            max_slots_month=8,
            specialties=tuple(
                self.random.sample(wanted, k=min(len(wanted), self.random.randint(1, 2)))
            ),
        )

    def visit(self, number: int) -> VisitView:
        county = self.counties[number % len(self.counties)]
        demand = number % 7 == 6
        codes = county_specialties(county, self.vocabulary)
        visit = VisitView(
            id=f"visit-{number:04d}",
            county=county.code,
            roles=self.roles(codes, demand),
            slots=self.random.choices((1, 2, 4), (5, 4, 1))[0] if demand else 1,
            earliest=self.days[0],
            latest=self.days[-1],
            weight=self.random.choice((1, 1, 2, 3)),
            origin=VisitOrigin.DEMAND if demand else VisitOrigin.STANDARD,
            mode=self.random.choice(MODES) if demand else "现场指导",
        )
        return self.schedule(self.with_place(visit, number) if demand else visit)

    def roles(self, codes: Sequence[str], demand: bool) -> tuple[RoleView, ...]:
        first = RoleView(self.random.choice(codes), 1, 2 if self.random.random() < 0.15 else 1)
        if not demand or self.random.random() < 0.7:
            return (first,)
        other = self.random.choice([code for code in codes if code != first.specialty])
        return (first, RoleView(other, 2, 1))

    def with_place(self, visit: VisitView, number: int) -> VisitView:
        pick = self.random.choice
        return replace(
            visit,
            town=pick(TOWNS),
            site=pick(SITES),
            content=pick(TOPICS),
            contact=pick(SURNAMES) + "联系",
            contact_phone=f"1900001{number:04d}",
            demand_id=f"demand-{number:04d}",
        )

    def schedule(self, visit: VisitView) -> VisitView:
        if len(self.counties) > 10 and visit.county == self.counties[-2].code:
            return replace(visit, reasons=(TOO_FAR,))
        for _ in range(12):
            start = self.start(visit.slots)
            placed = replace(visit, start=start)
            chosen = self.fill(visit, placed.slot_times(self.days)) if start else None
            if chosen:
                locked = self.random.random() < 0.05
                return replace(placed, roles=chosen, date_locked=locked, people_locked=locked)
        return replace(visit, reasons=self.reasons(visit), cures=self.cures(visit))

    def start(self, slots: int) -> SlotTime | None:
        if slots <= 2:
            half = HalfDay.AM if slots == 2 else self.random.choice(tuple(HalfDay))
            return SlotTime(self.random.choice(self.days), half)
        runs = [
            first
            for first, second in zip(self.days, self.days[1:], strict=False)
            if second - first == timedelta(days=1)
        ]
        return SlotTime(self.random.choice(runs), HalfDay.AM) if runs else None

    def fill(self, visit: VisitView, times: tuple[SlotTime, ...]) -> tuple[RoleView, ...] | None:
        taken: list[str] = []
        filled = []
        for role in visit.roles:
            free = [
                envoy
                for envoy in self.by_specialty[role.specialty]
                if envoy not in taken
                and self.busy[envoy].isdisjoint(times)
                and len(self.busy[envoy]) + len(times) <= self.people[envoy].max_slots_month
            ]
            if len(free) < role.count:
                return None
            chosen = self.random.sample(free, k=role.count)
            taken.extend(chosen)
            filled.append(replace(role, envoys=tuple(chosen)))
        for envoy in taken:
            self.busy[envoy].update(times)
        return tuple(filled)

    def cures(self, visit: VisitView) -> tuple[str, ...]:
        if len(visit.roles) > 1:
            return ()
        window = CURE_WINDOW.format(start=visit.earliest, end=self.days[-1])
        return (CURE_SHARING.format(name=next(iter(self.people.values())).name), window)

    def reasons(self, visit: VisitView) -> tuple[str, ...]:
        code = visit.roles[0].specialty
        name, count = self.vocabulary.name(code), len(self.by_specialty[code])
        if len(visit.roles) > 1 or visit.roles[0].count > 1:
            return (TOO_SHORT.format(start=visit.earliest, end=visit.latest),)
        return (NO_ENVOY.format(name=name, count=count),)


def _coverage(visits: Sequence[VisitView], county: County, minimum: int) -> CountyCoverage:
    own = [visit for visit in visits if visit.county == county.code]
    held = sum(visit.held for visit in own)
    lines = []
    for code in sorted({visit.roles[0].specialty for visit in own})[:4]:
        mine = [visit for visit in own if visit.roles[0].specialty == code]
        missing = [visit for visit in mine if not visit.held]
        reason = missing[0].reasons[0] if missing else ""
        lines.append(CoverageLine(county.code, code, len(mine), len(mine) - len(missing), reason))
    if own:
        reason = f"全县仅能排定 {held} 次, 低于每月最低次数" if held < minimum else ""
        lines.append(CoverageLine(county.code, None, minimum, held, reason))
    state = coverage_state(tuple(lines), held)
    return CountyCoverage(county.code, state, held, len(own), tuple(lines))


def _info(visits: Sequence[VisitView], start: date, end: date, shortfall: int) -> PlanInfo:
    left = sum(visit.weight for visit in visits if not visit.held)
    return PlanInfo(
        id="plan-0001",
        name=f"{start.year}年{start.month}月下乡服务排班",
        version_no=2,
        state=PlanState.DRAFT,
        start=start,
        end=end,
        preset=Preset.COVERAGE,
        status="feasible",
        score=ScoreView(shortfall, left, 0, 182_400),
        bounds=ScoreView(shortfall, max(0, left - 3), 0, 176_900),
        cost=CostView(41_200, 117_000, 24_200, 117_000),
        seconds=58.4,
        created_at=datetime(start.year, start.month, 1, 9, 30, tzinfo=UTC) - timedelta(days=6),
        created_by="管理员",
        sample=True,
    )


def make_plan_view(
    seed: int = 1,
    counties: Sequence[str] | None = None,
    visits: int = 700,
    envoys: int = 520,
    start: date = date(2026, 12, 1),
    end: date = date(2026, 12, 31),
) -> PlanView:
    """Make a plan over the given county codes (None: all 35), with some visits left out."""
    chosen = tuple(
        county
        for county in shipped_gazetteer().counties
        if counties is None or county.code in counties
    )
    span = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    days = tuple(day for day in span if day.weekday() < 5)
    maker = _Maker(Random(seed), chosen, shipped_vocabulary(), days)
    maker.add_people(envoys)
    made = tuple(maker.visit(number) for number in range(visits))
    coverage = tuple(_coverage(made, county, minimum=4) for county in chosen)
    shortfall = sum(item.shortfall for item in coverage)
    held = sorted((visit for visit in made if visit.start), key=lambda visit: visit.start)
    ordered = (*held, *(visit for visit in made if not visit.start))
    return PlanView(_info(made, start, end, shortfall), days, ordered, maker.people, coverage)
