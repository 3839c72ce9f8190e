"""What the board, its tooltips, the inspector and the tray say about visits; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from envoy_app.domain.editing import BrokenRule
from envoy_app.domain.geography import County, Gazetteer
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import EnvoyCard, PlanView, RoleView, VisitView
from envoy_app.domain.time import day_label
from envoy_app.domain.vocabulary import Vocabulary
from ui.plan.board.layout import BoardMode, Row, RowKind
from ui.plan.board.timeline import Timeline

UNKNOWN = "未知"


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a visit, or a seat that nobody has taken (`card` None)."""

    specialty: str
    level: str
    card: EnvoyCard | None
    envoy: str = ""


class Labels:
    """Names and sentences of one plan."""

    def __init__(self, plan: PlanView, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        self.plan = plan
        self._gazetteer = gazetteer
        self._counties = gazetteer.by_code
        self._places = {code: place for place, code in enumerate(self._counties)}
        self._vocabulary = vocabulary
        self._specialties = {item.code: item.name for item in vocabulary.specialties}
        self.broken: Mapping[str, tuple[BrokenRule, ...]] = {}
        """The rules that visits break by now."""

    def same_names(self, other: Labels) -> bool:
        """Whether codes and people are called alike in two states of a plan."""
        return (
            self._vocabulary is other._vocabulary
            and self._gazetteer is other._gazetteer
            and self.plan.envoys == other.plan.envoys
        )

    def county(self, code: str | None) -> str:
        """Return a county's full name."""
        found = self._found(code)
        return found.name if found else code or UNKNOWN

    def county_short(self, code: str | None) -> str:
        """Return a county's short name."""
        found = self._found(code)
        return found.short_name if found else code or UNKNOWN

    def county_index(self, code: str) -> int:
        """Return a county's place in the gazetteer, -1 where it is unknown."""
        return self._places.get(code, -1)

    def city(self, code: str | None) -> str:
        """Return the city of a county, or ""."""
        found = self._found(code)
        return found.city if found else ""

    def specialty(self, code: str) -> str:
        """Return a specialty's name, or its code where it is unknown."""
        return self._specialties.get(code, code)

    def specialties(self, visit: VisitView) -> str:
        """Return the specialties of a visit, each once."""
        codes = dict.fromkeys(role.specialty for role in visit.roles)
        return "、".join(map(self.specialty, codes))

    def brief(self, visit: VisitView) -> str:
        """Return the first specialty of a visit in two characters."""
        return self._vocabulary.brief(visit.roles[0].specialty)

    def short(self, visit: VisitView) -> str:
        """Return the first specialty of a visit in four characters at most."""
        return self._vocabulary.short(visit.roles[0].specialty)

    def need(self, role: RoleView) -> str:
        """Return what a seat asks for: 种业与育种 副高及以上."""
        level = RANK_NAMES.get(role.min_level, "")
        above = "及以上" if level and role.min_level < max(RANK_NAMES) else ""
        return f"{self.specialty(role.specialty)} {level}{above}".strip()

    def seats(self, visit: VisitView) -> int:
        """Return how many people a visit takes."""
        return sum(role.count for role in visit.roles)

    def incomplete(self, visit: VisitView) -> bool:
        """Whether a visit that is held lacks people, or has a person nobody knows."""
        known = [envoy for envoy in visit.envoys if envoy in self.plan.envoys]
        return visit.held and (len(known) < self.seats(visit) or bool(visit.reasons))

    def warned(self, visit: VisitView) -> bool:
        """Whether something about a visit needs attention."""
        return visit.id in self.broken or self.incomplete(visit)

    def conflicts(self, visit: VisitView) -> tuple[str, ...]:
        """Return what a visit breaks by now, a sentence each."""
        return tuple(f"{rule.name}：{rule.text}" for rule in self.broken.get(visit.id, ()))

    def people(self, visit: VisitView) -> tuple[Person, ...]:
        """Return who goes, role by role, and the seats left empty."""
        found: list[Person] = []
        for role in visit.roles:
            name, level = self.specialty(role.specialty), RANK_NAMES.get(role.min_level, "")
            cards = ((envoy, self.plan.envoys.get(envoy)) for envoy in role.envoys)
            found.extend(Person(name, level, card, envoy) for envoy, card in cards)
            found.extend([Person(name, level, None)] * (role.count - len(role.envoys)))
        return tuple(found)

    def names(self, visit: VisitView) -> str:
        """Return the names of the people on a visit."""
        return self.named(visit.envoys)

    def named(self, envoys: Iterable[str]) -> str:
        """Return the names of envoys; who is unknown is left out."""
        cards = (self.plan.envoys.get(envoy) for envoy in envoys)
        return "、".join(card.name for card in cards if card)

    def length(self, visit: VisitView) -> str:
        """Return 半天, 1 天 and so on."""
        return "半天" if visit.slots == 1 else f"{visit.slots // 2} 天"

    def when(self, visit: VisitView) -> str:
        """Return when a visit is held: 12-03 周四 上午, or its days."""
        if visit.start is None:
            return "未排"
        first = day_label(visit.start.date)
        if visit.slots == 1:
            return f"{first} {visit.start.half.label}"
        if visit.slots == 2:
            return f"{first} 全天"
        last = visit.slot_times(self.plan.days)[-1].date
        return f"{first} 至 {day_label(last)}（{self.length(visit)}）"

    def window(self, visit: VisitView) -> str:
        """Return the days among which the visit may lie."""
        return f"{visit.earliest:%m-%d} 至 {visit.latest:%m-%d}"

    def reasons(self, visit: VisitView) -> str:
        """Return why a visit is left out, in one sentence."""
        return "；".join(reason.rstrip("。；;") for reason in visit.reasons) or "没有记录原因"

    def cures(self, visit: VisitView) -> str:
        """Return what would let a visit left out be held, the best first."""
        return "；".join(cure.rstrip("。；;") for cure in visit.cures)

    def chip(self, visit: VisitView, mode: BoardMode) -> tuple[str, ...]:
        """Return a chip's texts from long to short; each says what the row does not."""
        what = self.specialties(visit)
        short, brief = self.short(visit), self.brief(visit)
        if mode is BoardMode.ENVOY:
            where = self.county_short(visit.county)
            return (f"{where} {what}", f"{where} {short}", f"{where} {brief}", where)
        if visit.town:
            return (f"{visit.town} {what}", f"{visit.town} {short}", visit.town, brief)
        return (what, short, brief)

    def summary(self, visit: VisitView) -> tuple[str, ...]:
        """Return who, where, what and whom to call, a line each, as a tooltip shows them."""
        where = " ".join(part for part in (self.county(visit.county), visit.place) if part)
        what = " · ".join(part for part in (self.specialties(visit), visit.mode) if part)
        lines = [where, f"{self.when(visit)} · {what}"]
        if visit.content:
            lines.append(visit.content)
        lines += map(self._person_line, self.people(visit))
        if visit.contact:
            lines.append(f"联系人：{visit.contact} {visit.contact_phone}".rstrip())
        if visit.locked:
            lines.append(f"已锁定{lock_word(visit)}")
        lines += (f"违反规则 {text}" for text in self.conflicts(visit))
        return tuple(lines)

    def _person_line(self, person: Person) -> str:
        if person.card is None:
            return f"缺 1 人（{person.specialty}）"
        parts = (person.card.name, person.card.organisation, person.card.phone)
        return " ".join(part for part in parts if part)

    def row(self, row: Row) -> tuple[str, ...]:
        """Return what a row's heading says at length."""
        if row.kind is RowKind.GROUP:
            return (row.title, row.detail)
        if row.kind is RowKind.COUNTY:
            state = row.state.label if row.state else ""
            return (
                f"{row.title}（{self.city(row.key)}）",
                f"{state} · 已排 {row.done}/{row.total} 项",
                *_locked(row),
            )
        card = self.plan.envoys[row.key]
        skills = "、".join(map(self.specialty, card.specialties))
        team = f"{self.county(card.team_county)}县团" if card.team_county else "机动"
        lines = (f"{card.name} {card.title}".strip(), card.organisation, skills, team)
        load = f"本方案 {row.done}/{row.total} 半天"
        return (*(line for line in lines if line), load, *_locked(row))

    def _found(self, code: str | None) -> County | None:
        return self._counties.get(code or "")


def _locked(row: Row) -> tuple[str, ...]:
    count = sum(chip.visit.locked for chip in row.chips)
    return (f"已锁定 {count} 项",) if count else ()


def weekday_range(first: date, last: date) -> str:
    """Return the dates of a week bracket: 12-01 至 12-04."""
    return f"{first:%m-%d} 至 {last:%m-%d}" if first != last else f"{first:%m-%d}"


def lock_word(visit: VisitView) -> str:
    """Return what of a visit is locked: 日期、人员."""
    parts = {"日期": visit.date_locked, "人员": visit.people_locked}
    return "、".join(name for name, locked in parts.items() if locked)


def joined(lines: Iterable[str]) -> str:
    """Return lines as one text, for assistive technology and the clipboard."""
    return "\n".join(line for line in lines if line)


def day_tip(timeline: Timeline, x: float, *, in_header: bool) -> str:
    """Return what the axis says at x: the free days and their holiday, or a special workday."""
    gap = timeline.gap_at(x)
    if gap:
        return f"{weekday_range(gap.first, gap.last)} {'、'.join(gap.names) or '休息日'}"
    column = timeline.column_at(x)
    return column.name if column and in_header else ""
