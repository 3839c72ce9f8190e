"""Which parts of the plan on view can be planned anew: what is selected, what is left out, all."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from envoy_app.domain.plans import PlanView
from ui.context import AppContext
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.group_actions import GroupActions
from ui.plan.hand.groups import Group, GroupKind, held_group, visits_group
from ui.plan.hand.replan import ReplanDialog
from ui.plan.hand.replan_words import Part, distinct, left_out_part, part_of, reach_of, whole_part


class Replanning(QObject):
    """Opens the dialog that plans a part anew, and marks on the board what it has changed.

    Signals: `visit_requested` a plan's id and a visit's.
    """

    visit_requested = Signal(str, str)

    def __init__(
        self, context: AppContext, groups: GroupActions, editor: PlanEditor, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._groups, self._editor = context, groups, editor
        self._window = parent
        self._offered: tuple[Part, ...] = ()
        self.dialog: ReplanDialog | None = None
        groups.replan_requested.connect(self.ask_group)

    def parts(self) -> tuple[Part, ...]:
        """Return the parts that can be planned anew now, what is selected first."""
        plan = self._context.plans.plan
        if plan is None:
            return ()
        current = self._groups.current
        found = [part_of(group) for group in (current, *self._selected(plan)) if group]
        return distinct((*found, left_out_part(plan), whole_part(plan)))

    def _selected(self, plan: PlanView) -> list[Group]:
        """The visit, the county and the envoy that the whole window has selected."""
        chosen, gazetteer = self._context.selection, self._context.workspace.reference.gazetteer()
        found = []
        if chosen.visit:
            own = [visit for visit in plan.held if visit.id == chosen.visit]
            if own:
                found.append(visits_group(own))
        if chosen.county:
            county = gazetteer.by_code.get(chosen.county)
            own = [visit for visit in plan.held if visit.county == chosen.county]
            name = county.name if county else chosen.county
            found.append(held_group(GroupKind.COUNTY, name, own))
        card = plan.envoys.get(chosen.envoy or "")
        if card is not None:
            own = [visit for visit in plan.held if card.id in visit.envoys]
            found.append(held_group(GroupKind.ENVOY, f"{card.name}参加的服务", own))
        return found

    def offer(self) -> list[tuple[str, str]]:
        """Return the name of each part, and what planning it anew may change."""
        plan, found = self._context.plans.plan, []
        self._offered = self.parts()
        for part in self._offered:
            reach = reach_of(plan, part.scope) if plan else None
            lines = reach.sentences if reach else ()
            found.append((part.title, "\n".join(f"{head}：{text}。" for head, text in lines)))
        return found

    def ask_offered(self, number: int) -> None:
        """Ask how one of the parts offered last is to be planned anew."""
        self.ask(self._offered[number])

    def ask_group(self, group: Group) -> None:
        """Ask how a group is to be planned anew."""
        self.ask(part_of(group))

    def ask(self, wanted: Part | None = None) -> None:
        """Ask which part is to be planned anew, one of them chosen."""
        parts = self.parts()
        if wanted is not None:
            parts = distinct((wanted, *parts))
        if self.dialog is None:
            self.dialog = ReplanDialog(self._context, self._editor, self._window.window())
            self.dialog.replanned.connect(self._groups.marks.choose_shown)
            self.dialog.visit_requested.connect(self.visit_requested)
        self.dialog.ask(self._context.plans.plan, parts)
