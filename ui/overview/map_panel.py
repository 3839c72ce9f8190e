"""The map with its layers, legend, pictures and print, and one line on the county selected."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.plans import PlanView
from envoy_app.services.map_layers import MapFigures, map_figures
from ui import theme
from ui.context import AppContext
from ui.exporting import LAST_FOLDER, ask_file, file_name, with_ending
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.overview.layers import (
    Layer,
    MapPicture,
    flows_picture,
    lacks_picture,
    layer_names,
    month_name,
    plain_picture,
    visits_picture,
)
from ui.overview.legend import MapLegend
from ui.overview.map_picture import PNG, SVG, draw_picture, make_printer, print_sheet
from ui.overview.map_widget import CountyMap
from ui.overview.texts import county_tip
from ui.parts import allow, label, tool_button

LAYER_KEY = "overview/layer"


class MapPanel(QFrame):
    """Shows one layer of the plan on view; which one is remembered."""

    layer_changed = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._context = context
        reference = context.workspace.reference
        self._counties = reference.gazetteer().by_code
        self._vocabulary = reference.vocabulary()
        self._plan: PlanView | None = None
        self._figures: MapFigures | None = None
        self._layer = Layer.COVERAGE
        self.map = CountyMap(reference.boundaries(), reference.gazetteer().counties)
        self.legend = MapLegend()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        self.box.addLayout(self._build_tools())
        self.box.addWidget(self.map, 1)
        self.box.addWidget(self.legend)
        self.month.value_changed.connect(lambda _value: self._paint())
        self.specialty.value_changed.connect(lambda _value: self._paint())
        kept = context.preferences.text(LAYER_KEY)
        self.set_layer(Layer(kept) if kept in set(Layer) else Layer.COVERAGE)

    # Building ---------------------------------------------------------------------------

    def _build_tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(1))
        row.addWidget(label(self.tr("地图显示"), look="muted"))
        self.group = QButtonGroup(self)
        self.buttons: dict[Layer, QToolButton] = {}
        for layer, (name, hint) in layer_names().items():
            made = QToolButton()
            made.setText(name)
            made.setCheckable(True)
            made.setToolTip(hint)
            made.setAccessibleName(self.tr("地图显示{name}").format(name=name))
            made.setProperty("framed", True)
            made.clicked.connect(lambda _checked, layer=layer: self.set_layer(layer))
            self.buttons[layer] = made
            self.group.addButton(made)
            row.addWidget(made)
        self.month = FilterCombo(self.tr("哪个月"), month_name(None), (), self)
        self.specialty = FilterCombo(self.tr("缺哪个专业领域"), self.tr("全部专业"), (), self)
        row.addWidget(self.month)
        row.addWidget(self.specialty)
        row.addStretch(1)
        self.save_button = tool_button(IconName.EXPORT, self.tr("把地图存成图片"), self._open_menu)
        self.print_button = tool_button(IconName.PRINT, self.tr("打印地图"), self.print_map)
        row.addWidget(self.save_button)
        row.addWidget(self.print_button)
        return row

    # Showing ----------------------------------------------------------------------------

    @property
    def layer(self) -> Layer:
        """What the map shows."""
        return self._layer

    def set_layer(self, layer: Layer) -> None:
        """Show another layer."""
        self._layer = layer
        self.buttons[layer].setChecked(True)
        self._context.preferences.set_text(LAYER_KEY, layer.value)
        self._paint()
        self.layer_changed.emit(layer.value)

    def show_plan(self, plan: PlanView | None) -> None:
        """Show a plan: what is known at once, the other layers as soon as they are counted."""
        self._plan = plan
        if plan is None:
            self._take_figures(None)
            return

        def count(handle: JobHandle) -> MapFigures:
            return map_figures(plan)

        def done(figures: MapFigures) -> None:
            if self._plan is plan:
                self._take_figures(figures)

        self._paint()
        self._context.jobs.start(self.tr("统计地图"), count, done, key="map-figures", quiet=True)

    def _take_figures(self, figures: MapFigures | None) -> None:
        self._figures = figures
        months = figures.months if figures else ()
        offer(self.month, [(f"{y}-{m}", month_name((y, m))) for y, m in months])
        codes = figures.specialties if figures else ()
        offer(self.specialty, [(code, self._vocabulary.name(code)) for code in codes])
        self._paint()

    def _paint(self) -> None:
        self.month.setVisible(self._layer is Layer.VISITS and self.month.count() > 2)
        self.specialty.setVisible(self._layer is Layer.LACKS)
        picture = self._picture()
        self.map.show_picture(picture)
        name = layer_names()[self._layer][0]
        self.map.setAccessibleName(self.tr("县（市、区）地图：{name}").format(name=name))
        self.legend.show_picture(picture)
        why_not = "" if self._plan else self.tr("还没有排班方案，没有可存的地图")
        allow(self.save_button, why_not, self.tr("把地图存成图片"))
        allow(self.print_button, why_not, self.tr("打印地图"))

    def _picture(self) -> MapPicture:
        figures = self._figures
        if figures is None or self._layer is Layer.COVERAGE:
            coverage = {item.county: item for item in self._plan.coverage} if self._plan else {}
            states = {code: item.state for code, item in coverage.items()}
            return plain_picture(
                lambda code: county_tip(self._counties[code], coverage.get(code), self._vocabulary),
                states,
            )
        if self._layer is Layer.VISITS:
            wanted = next((m for m in figures.months if f"{m[0]}-{m[1]}" == self.month.value), None)
            month = wanted or (figures.months[0] if len(figures.months) == 1 else None)
            return visits_picture(figures, month, self._name)
        if self._layer is Layer.LACKS:
            title = self.specialty.currentText()
            return lacks_picture(figures, self.specialty.value, title, self._name)
        return flows_picture(figures, self._name)

    def _name(self, code: str) -> str:
        return self._counties[code].name

    # Pictures and paper -----------------------------------------------------------------

    @property
    def heading(self) -> str:
        """What a picture of the map is called."""
        info = self._plan.info if self._plan else None
        title = f"{info.title} · " if info else ""
        sample = self.tr("（示例）") if info and info.sample else ""
        return f"{title}{self.map.picture.title}{sample}"

    def _notes(self) -> str:
        now = datetime.now().astimezone()
        return self.tr("制图时间 {when}").format(when=f"{now:%Y-%m-%d %H:%M}")

    def _open_menu(self) -> None:
        menu = self.menu_of_pictures()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.save_button.mapToGlobal(self.save_button.rect().bottomLeft()))

    def menu_of_pictures(self) -> QMenu:
        """Return the menu of file kinds."""
        menu = QMenu(self)
        menu.addAction(self.tr("存成图片（PNG）…"), lambda: self.save_as(PNG))
        menu.addAction(self.tr("存成矢量图（SVG）…"), lambda: self.save_as(SVG))
        return menu

    def choose_file(self, ending: str) -> str:
        """Ask for a file to write; "" where the user gave up."""
        kinds = {PNG: self.tr("图片 (*.png)"), SVG: self.tr("矢量图 (*.svg)")}
        name = file_name(self.heading, ending)
        return ask_file(self, self._context, self.tr("把地图存成图片"), name, kinds[ending])

    def save_as(self, ending: str) -> None:
        """Ask where to, and write the map as it is shown."""
        chosen = self.choose_file(ending)
        if not chosen:
            return
        target, exports = with_ending(Path(chosen), ending), self._context.workspace.exports
        make = draw_picture(ending, self.map, self.heading, self._notes())

        def write(handle: JobHandle) -> Path:
            return exports.picture(target, make())

        def done(written: Path) -> None:
            self._context.preferences.set_text(LAST_FOLDER, str(target.parent))
            self._context.notify(self.tr("已存好 {0}").format(written))

        self._context.jobs.start(self.tr("存地图"), write, done)

    def choose_printer(self) -> QPrinter | None:
        """Ask for a printer; None where the user gave up."""
        printer = make_printer(self.heading)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(self.tr("打印地图"))
        return printer if dialog.exec() == QDialog.DialogCode.Accepted else None

    def print_map(self) -> None:
        """Ask for a printer and print the map as it is shown."""
        printer = self.choose_printer()
        if printer is None:
            return
        if print_sheet(printer, self.map, self.heading, self._notes()):
            self._context.notify(self.tr("地图已交给打印机"))
        else:
            self._context.notify(self.tr("打印机没有接受，请检查打印机后再试"))


def offer(combo: FilterCombo, choices: list[tuple[str, str]]) -> None:
    """Offer other choices after "all"; the one chosen stays where it is still there."""
    kept = combo.value
    combo.blockSignals(True)
    while combo.count() > 1:
        combo.removeItem(1)
    for value, text in choices:
        combo.addItem(text, value)
    combo.choose(kept)
    combo.blockSignals(False)
