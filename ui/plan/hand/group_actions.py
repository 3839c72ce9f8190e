"""What can be done with several visits at once: of a row, of days, or selected one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.editing import Command
from envoy_app.domain.plans import VisitView
from ui.absence_question import AbsenceQuestion
from ui.context import AppContext
from ui.details import Link, Section
from ui.plan.board.marks import Marks
from ui.plan.board.paint import FIRST_COLUMN, HEADER
from ui.plan.board.picking import Picking
from ui.plan.board.view import BoardView
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.groups import (
    Group,
    GroupKind,
    all_group,
    as_cells,
    group_facts,
    head_group,
    held_group,
    locking,
    row_group,
    taking_off,
    visits_group,
)
from ui.plan.hand.menus import Entry, SubMenu, filled
from ui.plan.hand.visit_items import Item
from ui.plan.labels import Labels, joined
from ui.tables import tsv

LISTED = 40
_ONE_ONLY = (Qt.Key.Key_M, Qt.Key.Key_X, Qt.Key.Key_T, Qt.Key.Key_S)
_BOTH = {"dates": True, "people": True}
_DATES = {"dates": True, "people": None}
_PEOPLE = {"dates": None, "people": True}


class GroupActions(QObject):
    """Makes the menus of groups on the board, and runs Del, L and Ctrl+C on what is selected.

    Made after `Picking`, which makes the selection. Signals: `replan_requested` a Group.
    """

    replan_requested = Signal(object)

    def __init__(
        self,
        context: AppContext,
        board: BoardView,
        marks: Marks,
        picking: Picking,
        editor: PlanEditor,
    ) -> None:
        super().__init__(board)
        self._context, self._board, self._editor = context, board, editor
        self.marks, self._picking = marks, picking
        self._viewport = board.viewport()
        self._keys = {
            Qt.Key.Key_Delete: self.take_off,
            Qt.Key.Key_L: self.turn_locks,
            **dict.fromkeys(_ONE_ONLY, self._refuse),
        }
        picking.menu_requested.connect(self._open_corner)
        self.watch(board)
        self._viewport.installEventFilter(self)

    def watch(self, widget: QWidget) -> None:
        """Let the keys of a view act on all that is selected."""
        widget.installEventFilter(self)

    # Groups ----------------------------------------------------------------------------------

    @property
    def current(self) -> Group | None:
        """What is selected, where it is more than one visit: visits, days, or a row."""
        scene = self._board.scene
        if scene is None:
            return None
        if self.marks.many:
            return visits_group(self.marks.visits)
        if self.marks.head is not None:
            return head_group(scene.layout, scene.timeline, self.marks.head)
        return row_group(scene.layout, scene.row) if scene.row is not None else None

    @property
    def everything(self) -> Group | None:
        """All that the board shows."""
        scene = self._board.scene
        return all_group(scene.layout) if scene else None

    def _group_at(self, where: QPoint) -> Group | None:
        """The group that a click with the right button means; it becomes what is selected."""
        scene = self._board.scene
        if scene is None:
            return None
        head = self._picking.head_at(where)
        if head is not None:
            self.marks.choose_head(head)
            return head_group(scene.layout, scene.timeline, head)
        if where.y() < HEADER:
            return None
        if where.x() < FIRST_COLUMN:
            index = scene.layout.row_index(where.y() - HEADER + scene.top)
            if index is None:
                return None
            self._board.select_row(scene.layout.rows[index].key)
            self._board.row_selected.emit(self._board.row)
            return row_group(scene.layout, index)
        chip = self._board.chip_at(where)
        inside = chip is not None and self.marks.many and chip.visit.id in self.marks.ids
        return self.current if inside else None

    # What can be done ------------------------------------------------------------------------

    def items(self, group: Group) -> tuple[Entry, ...]:
        """Return all that can be done with a group; None is a line between."""
        count, why_not = len(group.visits), self._nothing(group)
        found: list[Entry] = []
        if group.kind is not GroupKind.VISITS:
            text = self.tr("选中这 {0} 项服务").format(count)
            found += [Item(text, partial(self._select, group), why_not), None]
        found += [self._locks(group, lock=True), self._locks(group, lock=False), None]
        found += [self._take_off(group), self._replan(group), None]
        if page := self._page(group):
            found.append(page)
        if group.kind is GroupKind.ENVOY:
            ask = partial(self._context.absence_requested.emit, AbsenceQuestion(group.key))
            found.append(Item(self.tr("请假替班…"), ask))
        text = self.tr("复制这 {0} 项（可贴入 Excel）\tCtrl+C").format(count)
        found.append(Item(text, partial(self.copy, group), why_not))
        if self._editor.read_only:
            found += [None, Item(self.tr("修订为新的一版"), self._editor.revise)]
        return tuple(found)

    def _nothing(self, group: Group) -> str:
        return "" if group.visits else self.tr("这里没有已排的服务")

    def _locks(self, group: Group, *, lock: bool) -> SubMenu:
        count = len(group.visits)
        words = (
            (self.tr("日期（已锁 {0}/{1}）").format(group.dates, count), _DATES),
            (self.tr("人员（已锁 {0}/{1}）").format(group.people, count), _PEOPLE),
            (self.tr("全部（日期和人员）"), _BOTH),
        )
        already = self.tr("已经全部锁定") if lock else self.tr("没有锁定的")
        items = []
        for text, which in words:
            wanted = {name: None if value is None else lock for name, value in which.items()}
            command = locking(group, **wanted)
            items.append(self._item(text, command, self._nothing(group) or already))
        return SubMenu(self.tr("锁定") if lock else self.tr("解锁"), tuple(items))

    def _item(self, text: str, command: Command | None, nothing: str) -> Item:
        why_not = self._editor.why_not or ("" if command else nothing)
        return Item(text, lambda: command and self._editor.do(command), why_not)

    def _take_off(self, group: Group) -> Item:
        free = len(group.visits) - group.locked
        text = self.tr("取消安排 {0} 项").format(free)
        if group.locked:
            text += self.tr("（已锁定的 {0} 项不动）").format(group.locked)
        if group.kind is GroupKind.VISITS:
            text += "\tDel"
        nothing = self._nothing(group) or self.tr("全部已锁定，先解锁")
        return self._item(text, taking_off(group), nothing)

    def _replan(self, group: Group) -> Item:
        busy = self._editor.why_not if not self._editor.read_only else ""
        return Item(self.tr("局部重排…"), partial(self.replan_requested.emit, group), busy)

    def _page(self, group: Group) -> Item | None:
        if group.kind in (GroupKind.COUNTY, GroupKind.TEAM):
            text = self.tr("查看县团") if group.key else self.tr("查看机动人员")
            return Item(text, lambda: self._show_team(group.key))
        if group.kind is GroupKind.ENVOY:
            return Item(self.tr("查看特派员"), lambda: self._show_envoy(group.key))
        return None

    def _show_team(self, code: str) -> None:
        self._context.navigate("teams")
        if code:
            self._context.selection.county = None  # asked again although it is the same one
            self._context.selection.county = code

    def _show_envoy(self, envoy: str) -> None:
        self._context.navigate("roster")
        self._context.selection.envoy = None
        self._context.selection.envoy = envoy

    def _select(self, group: Group) -> None:
        self.marks.choose(group.ids)
        self._board.setFocus()

    def copy(self, group: Group) -> None:
        """Put a group on the clipboard, a row for each visit."""
        scene = self._board.scene
        if scene is not None:
            QGuiApplication.clipboard().setText(tsv(as_cells(group, scene.labels)))
            self._context.notify(self.tr("已复制 {0} 项服务").format(len(group.visits)))

    # Keys ------------------------------------------------------------------------------------

    def take_off(self) -> None:
        """Hold none of what is selected any more, but what is locked."""
        self._run(self._take_off)

    def unlock_all(self) -> None:
        """Let go of all that is locked in the plan on view, whether it is shown or not."""
        plan = self._context.plans.plan
        group = held_group(GroupKind.ALL, self.tr("全部服务"), plan.held if plan else ())
        command = locking(group, dates=False, people=False)
        self._do(self._item("", command, self.tr("这一版没有锁定的服务")))

    def turn_locks(self) -> None:
        """Lock all that is selected, or let go of it where all of it is locked."""
        self._run(self._turn)

    def _turn(self, group: Group) -> Item:
        command = locking(group, dates=True, people=True)
        command = command or locking(group, dates=False, people=False)
        return self._item(self.tr("锁定或解锁"), command, self._nothing(group))

    def _refuse(self) -> None:
        self._context.notify(self.tr("这里一次只能处理一项服务，先点选一项"))

    def _run(self, make: Callable[[Group], Item]) -> None:
        group = self.current
        if group is not None:
            self._do(make(group))

    def _do(self, item: Item) -> None:
        if item.why_not:
            self._context.notify(item.why_not)
        else:
            item.run()

    # The menu --------------------------------------------------------------------------------

    def menu(self, group: Group) -> QMenu:
        """Return the menu of a group."""
        return filled(QMenu(self._board), self.items(group))

    def _open(self, group: Group, at: QPoint) -> None:
        menu = self.menu(group)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _open_corner(self, at: QPoint) -> None:
        head = self._picking.head_at(QPoint(0, 0))
        if head is not None:
            self.marks.choose_head(head)
        if group := self.current:
            self._open(group, at)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent) and watched in (self._board, self._viewport):
            return self._context_menu(event)
        if isinstance(event, QKeyEvent) and watched is not self._viewport:
            return self._key(event, on_board=watched is self._board)
        if isinstance(event, QHelpEvent) and watched is self._viewport:
            return self._explain(event)
        return False

    def tip_at(self, where: QPoint) -> str:
        """Return what hovering over a heading says, "" elsewhere."""
        scene, head = self._board.scene, self._picking.head_at(where)
        if scene is None or head is None:
            return ""
        group = head_group(scene.layout, scene.timeline, head)
        count = self.tr("{0} 项服务，已锁定 {1} 项").format(len(group.visits), group.locked)
        how = self.tr("单击选中，右键锁定、取消或重排")
        return joined((group.title, self._board.tooltip_at(where), count, how))

    def _explain(self, event: QHelpEvent) -> bool:
        text = self.tip_at(event.pos())
        if text:
            QToolTip.showText(event.globalPos(), text, self._board)
        return bool(text)

    def _context_menu(self, event: QContextMenuEvent) -> bool:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            group, at = self._group_at(event.pos()), event.globalPos()
        else:
            group, at = self.current, self._viewport.mapToGlobal(self._place())
        if group is not None:
            self._open(group, at)
        return group is not None

    def _place(self) -> QPoint:
        """Where a menu asked for by a key opens: at what is selected."""
        scene, chip, head = self._board.scene, self._board.chip, self.marks.head
        if head is not None:
            return self._picking.head_box(head).bottomLeft()
        if chip is not None:
            return self._board.chip_box(chip).bottomLeft()
        if scene is not None and scene.row is not None:
            box = self._board.row_box(scene.row)
            return QPoint(box.left() + box.width() // 4, box.bottom())
        return self._viewport.rect().center()

    def _key(self, event: QKeyEvent, *, on_board: bool) -> bool:
        """Take the keys that act on several visits; those of one visit are others'."""
        key = Qt.Key(event.key())
        plain = not event.modifiers()
        copying = key == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        several = self.marks.many and plain and key in self._keys
        if not several and not (copying and on_board and self.current is not None):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if copying and (group := self.current):
            self.copy(group)
        elif several:
            self._keys[key]()
        return True

    # The inspector ---------------------------------------------------------------------------

    def sections(
        self, group: Group, labels: Labels, go_to: Callable[[str], object]
    ) -> list[Section]:
        """Return what the inspector says of a group: figures, what can be done, its visits."""
        links = []
        for entry in self.items(group):
            if isinstance(entry, Item) and not entry.why_not:
                links.append(Link(entry.text.partition("\t")[0], entry.run))
            elif isinstance(entry, SubMenu) and not entry.items[-1].why_not:
                links.append(Link(entry.text + entry.items[-1].text, entry.items[-1].run))
        shown = group.visits[:LISTED]
        title = self.tr("逐项")
        if len(shown) < len(group.visits):
            title = self.tr("逐项（前 {0} 项，共 {1} 项）").format(LISTED, len(group.visits))
        own = [Link(_line(visit, labels), partial(go_to, visit.id)) for visit in shown]
        return [
            Section(self.tr("合计"), facts=group_facts(group, labels)),
            Section(self.tr("一起处理"), links=links, empty=self._editor.why_not),
            Section(title, links=own, empty=self.tr("没有")),
        ]


def _line(visit: VisitView, labels: Labels) -> str:
    words = (labels.when(visit), labels.county_short(visit.county), labels.brief(visit))
    return " · ".join((*words, *filter(None, [labels.names(visit)])))
