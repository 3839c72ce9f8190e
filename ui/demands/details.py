"""What the details panel says of a demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.demands import Demand
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import EnvoyCard, VisitView
from envoy_app.domain.time import day_label
from envoy_app.domain.vocabulary import Vocabulary
from ui.demands.rows import length_text, window_text
from ui.details import Link, Section


def _tr(text: str) -> str:
    return QCoreApplication.translate("DemandDetails", text)


def demand_sections(
    demand: Demand,
    vocabulary: Vocabulary,
    visit: VisitView | None,
    envoys: Mapping[str, EnvoyCard],
    open_visit: Callable[[VisitView], object],
) -> Iterator[Section]:
    """Yield the sections: what, the plan's answer, where it stands, contact."""
    chips = [(code, vocabulary.name(code)) for code in demand.specialties]
    yield Section(_tr("专业领域"), chips=chips, empty=_tr("未填写"))
    yield Section(
        _tr("服务内容"), lines=(demand.content,) if demand.content else (), empty=_tr("未填写")
    )
    yield _answer(visit, envoys, open_visit)
    state = [demand.state.value]
    if demand.state_reason:
        state.append(_tr("原因：{reason}").format(reason=demand.state_reason))
    yield Section(_tr("状态"), lines=state)
    yield Section(_tr("要求"), facts=tuple(_wishes(demand)))
    yield Section(
        _tr("联系"),
        facts=((_tr("联系人"), demand.contact), (_tr("电话"), demand.phone)),
    )


def _wishes(demand: Demand) -> Iterator[tuple[str, str]]:
    yield _tr("形式"), demand.mode
    yield _tr("人数"), _tr("{n} 人").format(n=demand.headcount)
    if demand.min_rank:
        yield _tr("职称"), _tr("{name}及以上").format(name=RANK_NAMES[demand.min_rank])
    yield _tr("时间"), window_text(demand)
    half = demand.half.label if demand.half else _tr("上下午均可")
    yield _tr("时长"), f"{length_text(demand)} · {half}"
    yield _tr("紧急"), demand.urgency


def _answer(
    visit: VisitView | None,
    envoys: Mapping[str, EnvoyCard],
    open_visit: Callable[[VisitView], object],
) -> Section:
    title = _tr("排班")
    if visit is None:
        return Section(title, empty=_tr("当前方案里没有这项需求"))
    if visit.start is None:
        return Section(title, lines=(_tr("未排"), *visit.reasons))
    names = [envoys[code].name for code in visit.envoys if code in envoys]
    when = f"{day_label(visit.start.date)} {visit.start.half.label}"
    return Section(title, lines=("、".join(names),), links=(Link(when, lambda: open_visit(visit)),))
