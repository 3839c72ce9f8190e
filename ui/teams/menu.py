"""The context menu of people: move, lead, role, group; what cannot be done says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import DEPUTY, GROUP_HEAD, LEADER, MEMBER, group_in_role, plain_role
from envoy_app.domain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from envoy_app.services.team_moves import TeamDesk


@dataclass(frozen=True)
class MenuActions:
    """What the menu calls."""

    move: Callable[[], object]
    to_reserve: Callable[[], object]
    set_role: Callable[[str], object]
    set_group: Callable[[str | None], object]
    show: Callable[[], object]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Teams", text)


def member_menu(
    parent: QWidget,
    desk: TeamDesk,
    ids: Sequence[str],
    vocabulary: Vocabulary,
    actions: MenuActions,
) -> QMenu:
    """Return the menu for some people; roles are for one member at a time."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    _add(menu, _tr("移到…\tM"), actions.move)
    in_reserve = all(desk.envoys[key].team_county is None for key in ids)
    _add(
        menu,
        _tr("移入机动库\tDel"),
        actions.to_reserve,
        why_not=_tr("已经在机动库") if in_reserve else "",
    )
    menu.addSeparator()
    envoy = desk.envoys[ids[0]]
    why_not = ""
    if len(ids) > 1:
        why_not = _tr("一次只能给一个人定角色")
    elif envoy.team_county is None:
        why_not = _tr("机动库里的人没有团内角色，先移到县团")
    _add_roles(menu, desk, envoy, actions, why_not)
    _add_groups(menu, desk, envoy, vocabulary, actions, why_not)
    menu.addSeparator()
    _add(
        menu,
        _tr("在“特派员”页查看"),
        actions.show,
        why_not=_tr("一次只能查看一个人") if len(ids) > 1 else "",
    )
    return menu


def _add(
    menu: QMenu,
    text: str,
    run: Callable[[], object],
    *,
    why_not: str = "",
    checked: bool | None = None,
) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda: run())
    action.setEnabled(not why_not)
    action.setToolTip(why_not)
    if checked is not None:
        action.setCheckable(True)
        action.setChecked(checked)
    return action


def _add_roles(
    menu: QMenu, desk: TeamDesk, envoy: Envoy, actions: MenuActions, why_not: str
) -> None:
    current = plain_role(envoy.team_role)
    for role in (LEADER, DEPUTY, GROUP_HEAD, MEMBER):
        against = why_not
        if not against and role == LEADER:
            against = "".join(desk.judge(desk.with_role(envoy.id, role)).broken)
        if not against and role == current:
            against = _tr("现在就是{role}").format(role=role)
        _add(
            menu,
            _tr("设为{role}").format(role=role),
            lambda role=role: actions.set_role(role),  # type: ignore[misc]  # bound at once
            why_not=against,
            checked=role == current and not why_not,
        )


def _add_groups(
    menu: QMenu,
    desk: TeamDesk,
    envoy: Envoy,
    vocabulary: Vocabulary,
    actions: MenuActions,
    why_not: str,
) -> None:
    below = menu.addMenu(_tr("产业组"))
    below.setToolTipsVisible(True)
    if not why_not and envoy.team_role in (LEADER, DEPUTY):
        why_not = _tr("团长、副团长的产业组由程序自动安排")
    below.menuAction().setEnabled(not why_not)
    below.menuAction().setToolTip(why_not)
    if why_not or envoy.team_county is None:
        return
    given = group_in_role(envoy.team_role)
    _add(below, _tr("自动编组"), lambda: actions.set_group(None), checked=not given)
    skills = {skill.specialty for skill in envoy.skills}
    for code, _ in desk.needs[envoy.team_county].groups:
        name = vocabulary.name(code)
        _add(
            below,
            _tr("{name}组").format(name=name),
            lambda code=code: actions.set_group(code),  # type: ignore[misc]  # bound at once
            why_not="" if code in skills else _tr("没有这个专业，不能编入"),
            checked=given == name,
        )
