"""The visits that somebody would miss, and beside them what can be done about each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.absences import AbsenceVerdict
from envoy_app.domain.editing import TakeOff
from envoy_app.services.absence_cases import AbsenceCase
from envoy_app.services.absences import last_of
from ui import theme
from ui.parts import allow, button, label
from ui.plan.absence.rows import (
    HitRow,
    OptionRow,
    hit_columns,
    hit_row,
    option_columns,
    option_rows,
    told,
)
from ui.plan.labels import Labels
from ui.tables import R, TableView

CHOOSING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PickTable(TableView[R]):
    """A table of which Enter, Space or a click picks a row."""

    picked = Signal(object)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row()
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if event.key() in CHOOSING_KEYS and plain:
            if row is not None:
                self.picked.emit(row)
            return
        super().keyPressEvent(event)


class Choices(QWidget):
    """One choice for each visit hit; `changed` after the user made another one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: AbsenceCase | None = None
        self._labels: Labels | None = None
        self._verdict: AbsenceVerdict | None = None
        self._why_not = ""
        self._subject = -1, ""  # whose options are in the list
        self.chosen: tuple[int, ...] = ()
        self.hits: PickTable[HitRow] = PickTable(
            hit_columns(), self.tr("受影响的服务"), row_height=theme.ROW_DENSE
        )
        self.options: PickTable[OptionRow] = PickTable(
            option_columns(), self.tr("这项服务的办法"), row_height=theme.ROW_DENSE
        )
        self.count = label(look="strong")
        self.subject = label(look="strong", wrap=True)
        self.problem = label(look="danger", wrap=True)
        self.told = label(look="muted", wrap=True)
        self.told.setAccessibleName(self.tr("这个办法的影响"))
        self.advice_button = button(self.tr("全部按建议"), self.take_advice)
        self.cancel_button = button(self.tr("全部取消安排"), self.cancel_all)
        self._build()
        self.hits.row_chosen.connect(lambda _row: self._show_options())
        self.hits.picked.connect(lambda _row: self.options.setFocus())
        self.options.row_chosen.connect(lambda row: self.told.setText(told(row)))
        self.options.picked.connect(self._pick)
        self.options.clicked.connect(lambda index: self._pick(self.options.proxy.row_at(index)))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.count, 1)
        for part in (self.advice_button, self.cancel_button):
            part.setAutoDefault(False)
            head.addWidget(part)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.addLayout(head)
        column.addWidget(self.hits, 1)
        other = QVBoxLayout(right)
        self.advice_button.ensurePolished()
        self.subject.setMinimumHeight(self.advice_button.sizeHint().height())  # tables side by side
        other.addWidget(self.subject)
        other.addWidget(self.problem)
        other.addWidget(self.options, 1)
        other.addWidget(self.told)
        for box in (column, other):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(theme.px(1))
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(right)
        across.setChildrenCollapsible(False)
        across.setHandleWidth(theme.px(2))
        across.setSizes([370, 630])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(across)

    # Showing ---------------------------------------------------------------------------------

    def show_case(self, case: AbsenceCase, labels: Labels) -> None:
        """Show the visits hit, each with its best option chosen."""
        self._case, self._labels, self._verdict = case, labels, None
        self.chosen = tuple(0 for _ in case.hits)
        self.count.setText(self.tr("受影响的服务 {0} 项").format(len(case.hits)))
        self.hits.set_rows(self._hit_rows())
        self.hits.choose(lambda row: row.place == 0)
        self._show_options()
        self.set_why_not("")

    def show_verdict(self, verdict: AbsenceVerdict | None) -> None:
        """Show what comes of the choices; None while it is judged."""
        self._verdict = verdict
        self._refresh()

    def set_why_not(self, why_not: str) -> None:
        """Let nothing be chosen, for a reason, or let it again ("")."""
        self._why_not = why_not
        allow(self.advice_button, why_not, self.tr("每项都用程序选的办法"))
        allow(self.cancel_button, why_not, self.tr("每项都先取消，以后再排"))

    def _refresh(self) -> None:
        # Patched, not reset: what the user looks at stays where it is.
        self.hits.rows_model.patch({n: (row, "") for n, row in enumerate(self._hit_rows())}, ())
        self._show_options()

    def _hit_rows(self) -> tuple[HitRow, ...]:
        if self._case is None or self._labels is None:
            return ()
        found = self._verdict.options if self._verdict else None
        return tuple(
            hit_row(
                self._labels,
                place,
                self._case.visit(hit),
                hit.options[at],
                found[place][at] if found else None,
            )
            for place, (hit, at) in enumerate(zip(self._case.hits, self.chosen, strict=True))
        )

    def _show_options(self) -> None:
        current = self.hits.current_row()
        if self._case is None or self._labels is None or current is None:
            self.options.set_rows(())
            return
        place = current.place
        row = self.hits.rows_model.rows[place]
        hit = self._case.hits[place]
        verdicts = self._verdict.options[place] if self._verdict else None
        rows = option_rows(self._labels, hit, verdicts, self.chosen[place])
        self.subject.setText(" · ".join((row.when, row.county, row.what)))
        clash = row.effect if row.verdict and not row.verdict.fits else ""
        self.problem.setText(self.tr("与其他选择有冲突：{0}").format(clash) if clash else "")
        self.problem.setVisible(bool(clash))
        self._put_options(rows, (place, hit.visit))

    def _put_options(self, rows: Sequence[OptionRow], subject: tuple[int, str]) -> None:
        model = self.options.rows_model
        same = subject == self._subject and len(rows) == len(model.rows)
        self._subject = subject
        if same:
            model.patch({n: (row, "") for n, row in enumerate(rows)}, ())
        else:
            model.set_rows(rows)
            self.options.choose(lambda row: row.chosen)
        current = self.options.current_row()
        self.told.setText(told(current) if current else "")

    # Choosing --------------------------------------------------------------------------------

    def _pick(self, row: OptionRow | None) -> None:
        current = self.hits.current_row()
        if row is None or current is None:
            return
        chosen = list(self.chosen)
        chosen[current.place] = row.place
        self._choose(tuple(chosen))

    def take_advice(self) -> None:
        """Choose the best option for each visit."""
        self._choose(tuple(0 for _ in self.chosen))

    def cancel_all(self) -> None:
        """Leave all visits out."""
        if self._case is not None:
            self._choose(
                tuple(
                    next(
                        number
                        for number, option in enumerate(hit.options)
                        if isinstance(last_of(option.command), TakeOff)
                    )
                    for hit in self._case.hits
                )
            )

    def _choose(self, chosen: tuple[int, ...]) -> None:
        if chosen == self.chosen or self._why_not:
            return
        self.chosen, self._verdict = chosen, None
        self._refresh()
        self.changed.emit()
