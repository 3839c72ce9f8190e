"""What the details panel says of an envoy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES, Envoy
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import day_label
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.roster_leave import absence_words
from ui.details import Link, Section


def _tr(text: str) -> str:
    return QCoreApplication.translate("EnvoyDetails", text)


def envoy_sections(
    envoy: Envoy,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    visits: Sequence[VisitView],
    open_visit: Callable[[VisitView], object],
    id_row: Callable[[], QWidget] | None = None,
) -> Iterator[Section]:
    """Yield the sections: specialties, visits of the plan on view, absences, facts.

    `id_row` makes the widget that shows the masked ID number.
    """
    chips = [
        (skill.specialty, f"{vocabulary.name(skill.specialty)} · {RANK_NAMES[skill.level]}")
        for skill in envoy.skills
        if skill.level in RANK_NAMES
    ]
    yield Section(_tr("专业领域"), chips=chips, empty=_tr("未填写"))
    links = [
        Link(_visit_text(visit, gazetteer, vocabulary), _opener(visit, open_visit))
        for visit in visits
    ]
    yield Section(
        _tr("本期下乡服务 {n} 次").format(n=len(visits)), links=links, empty=_tr("本期没有安排")
    )
    yield Section(
        _tr("请假"), lines=[absence_words(item) for item in envoy.absences], empty=_tr("没有登记")
    )
    yield Section(_tr("基本情况"), facts=tuple(_facts(envoy, gazetteer)), make=id_row)


def _facts(envoy: Envoy, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    counties = gazetteer.by_code

    def place(code: str | None) -> str:
        return counties[code].name if code is not None and code in counties else ""

    yield _tr("电话"), " ".join(envoy.phones)
    yield _tr("性别"), envoy.gender
    yield _tr("出生"), envoy.birth
    yield _tr("职务"), envoy.post
    yield _tr("职称"), envoy.title
    yield _tr("学历专业"), " ".join(part for part in (envoy.education, envoy.major) if part)
    yield _tr("常驻县"), place(envoy.base_county)
    yield (
        _tr("县团"),
        " ".join(part for part in (place(envoy.team_county), envoy.team_role) if part),
    )
    yield _tr("任期"), " — ".join(part for part in (envoy.term_start, envoy.term_end) if part)
    yield _tr("共享范围"), envoy.sharing.label
    yield (
        _tr("工作量上限"),
        _tr("每周 {week} 个半天，每月 {month} 个半天").format(
            week=envoy.max_slots_week, month=envoy.max_slots_month
        ),
    )
    yield _tr("单程上限"), _tr("{n} 分钟").format(n=envoy.max_travel_minutes)
    yield _tr("备注"), envoy.remarks


def _visit_text(visit: VisitView, gazetteer: Gazetteer, vocabulary: Vocabulary) -> str:
    start = visit.start
    when = f"{day_label(start.date)} {start.half.label}" if start else ""
    where = gazetteer.by_code[visit.county].short_name
    what = "、".join(dict.fromkeys(vocabulary.name(role.specialty) for role in visit.roles))
    return f"{when}  {where}  {what}"


def _opener(visit: VisitView, run: Callable[[VisitView], object]) -> Callable[[], object]:
    return lambda: run(visit)
