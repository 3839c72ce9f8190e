"""What the inspector says of a visit, a county or an envoy, as rich text; no Qt.

Links are `visit:ID`, `county:CODE` and `envoy:ID`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from envoy_app.domain.coverage import CountyCoverage
from envoy_app.domain.plans import PlanView, VisitView
from ui.plan.labels import Labels, Person


def _row(name: str, value: str) -> str:
    return f"<tr><td class='key'>{escape(name)}</td><td>{value}</td></tr>" if value else ""


def _table(rows: Iterable[str]) -> str:
    return f"<table cellspacing='0' cellpadding='2' width='100%'>{''.join(rows)}</table>"


def _section(title: str) -> str:
    return f"<p class='section'>{escape(title)}</p>"


def _link(target: str, text: str) -> str:
    return f"<a href='{escape(target)}'>{escape(text)}</a>"


def _person(person: Person) -> str:
    need = escape(person.specialty + (f" {person.level}及以上" if person.level else ""))
    if person.card is None:
        return f"<p><span class='warning'>缺 1 人</span> <span class='muted'>{need}</span></p>"
    card = person.card
    lines = [
        f"{_link(f'envoy:{card.id}', card.name)} <span class='muted'>{escape(card.title)}</span>",
        escape(card.organisation),
        escape(card.phone),
        f"<span class='muted'>{need}</span>",
    ]
    return f"<p>{'<br>'.join(line for line in lines if line)}</p>"


def visit_details(labels: Labels, visit: VisitView) -> str:
    """Return everything known of a visit."""
    state = "" if visit.held else "<span class='warning'>未排</span> "
    head = f"<h3>{state}{escape(labels.specialties(visit))}</h3>"
    facts = [
        _row("县", _link(f"county:{visit.county}", labels.county(visit.county))),
        _row("地点", escape(visit.place or "由县里定")),
        _row("时间", escape(labels.when(visit)) if visit.held else ""),
        _row("时间窗", escape(labels.window(visit))),
        _row("时长", escape(labels.length(visit))),
        _row("形式", escape(visit.mode)),
        _row("内容", escape(visit.content)),
        _row("联系人", escape(f"{visit.contact} {visit.contact_phone}".strip())),
        _row("来源", escape(visit.origin.value)),
        _row("权重", str(visit.weight)),
        _row("锁定", "已锁定" if visit.locked else ""),
    ]
    if visit.held:
        people = "".join(map(_person, labels.people(visit)))
        return head + _table(facts) + _section(f"派员 {labels.seats(visit)} 人") + people
    why = "".join(f"<li>{escape(reason)}</li>" for reason in visit.reasons)
    return head + _table(facts) + _section("为什么没有排上") + f"<ul>{why or '没有记录原因'}</ul>"


def _visit_list(labels: Labels, visits: Sequence[VisitView], *, with_county: bool) -> str:
    rows = []
    for visit in visits:
        what = labels.specialties(visit)
        where = labels.county_short(visit.county) if with_county else labels.names(visit)
        text = f"<span class='muted'>{escape(where)}</span>"
        when = _link(f"visit:{visit.id}", labels.when(visit))
        rows.append(f"<tr><td>{when}<br>{escape(what)} {text}</td></tr>")
    return _table(rows) if rows else "<p class='muted'>无</p>"


def _ordered(visits: Iterable[VisitView]) -> list[VisitView]:
    held = [(visit.start, visit.id, visit) for visit in visits if visit.start is not None]
    return [visit for _, _, visit in sorted(held, key=lambda item: item[:2])]


def county_details(labels: Labels, plan: PlanView, code: str) -> str:
    """Return a county's coverage, and its visits held and left out."""
    own = [visit for visit in plan.visits if visit.county == code]
    left = [visit for visit in own if not visit.held]
    found = next((item for item in plan.coverage if item.county == code), None)
    head = f"<h3>{escape(labels.county(code))}</h3>"
    facts = [_row("城市", escape(labels.city(code))), *_coverage_rows(labels, found)]
    body = _section(f"已排 {len(own) - len(left)} 项")
    body += _visit_list(labels, _ordered(own), with_county=False)
    if left:
        body += _section(f"未排 {len(left)} 项") + _visit_list(labels, left, with_county=False)
    return head + _table(facts) + body


def _coverage_rows(labels: Labels, found: CountyCoverage | None) -> list[str]:
    if found is None:
        return []
    rows = [_row("覆盖", escape(found.state.label))]
    for line in found.lines:
        name = labels.specialty(line.specialty) if line.specialty else "合计最低次数"
        amount = f"{line.held}/{line.needed} 次"
        if line.shortfall:
            amount = f"<span class='warning'>{amount}</span> {escape(line.reason)}"
        rows.append(_row(name, amount))
    return rows


def envoy_details(labels: Labels, plan: PlanView, envoy_id: str) -> str:
    """Return who an envoy is, his load and his visits."""
    card = plan.envoys.get(envoy_id)
    if card is None:
        return "<p class='muted'>这个方案里没有这位特派员。</p>"
    own = [visit for visit in plan.held if envoy_id in visit.envoys]
    slots = sum(visit.slots for visit in own)
    team = f"{labels.county(card.team_county)}县团" if card.team_county else "机动"
    facts = [
        _row("职称", escape(card.title)),
        _row("单位", escape(card.organisation)),
        _row("电话", escape(card.phone)),
        _row("专业领域", escape("、".join(map(labels.specialty, card.specialties)))),
        _row("县团", escape(team)),
        _row("驻地", escape(labels.county(card.base_county)) if card.base_county else ""),
        _row(
            "本方案", f"{slots} 半天 (每周至多 {card.max_slots_week}, 每月 {card.max_slots_month})"
        ),
    ]
    visits = _section(f"下乡服务 {len(own)} 项")
    visits += _visit_list(labels, _ordered(own), with_county=True)
    return f"<h3>{escape(card.name)}</h3>" + _table(facts) + visits
