import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer

from envoy_app.services.map_layers import map_figures
from ui import theme
from ui.overview.flow_paint import LARGEST, arrow_of, shown_flows
from ui.overview.layers import Layer, Steps
from ui.overview.map_panel import LAYER_KEY, MapPanel
from ui.overview.map_picture import make_printer

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot, context, plan, settle):
    made = MapPanel(context)
    qtbot.addWidget(made)
    made.resize(820, 660)
    made.show()
    made.show_plan(plan)
    settle(context)
    return made


@pytest.fixture
def figures(plan):
    return map_figures(plan)


def press(qtbot, panel, layer):
    qtbot.mouseClick(panel.buttons[layer], LEFT)


def legend(panel):
    return [entry.text for entry in panel.legend.entries]


def test_a_press_shows_another_layer_and_it_is_remembered(qtbot, panel, context):
    assert panel.layer is Layer.COVERAGE
    assert legend(panel) == ["已覆盖", "部分", "未覆盖", "不适用"]
    press(qtbot, panel, Layer.VISITS)
    assert panel.layer is Layer.VISITS
    assert panel.map.accessibleName() == "县（市、区）地图：场次"
    again = MapPanel(context)
    qtbot.addWidget(again)
    assert again.layer is Layer.VISITS


def test_an_unknown_layer_in_the_preferences_is_the_first(qtbot, context):
    context.preferences.set_text(LAYER_KEY, "weather")
    made = MapPanel(context)
    qtbot.addWidget(made)
    assert made.layer is Layer.COVERAGE


def test_layers_are_walked_with_the_arrow_keys(qtbot, panel):
    panel.buttons[Layer.COVERAGE].setFocus()
    qtbot.keyClick(panel.buttons[Layer.COVERAGE], Qt.Key.Key_Right)
    qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Space)
    assert panel.layer is Layer.VISITS


def test_the_numbers_of_visits_stand_beside_the_names(qtbot, panel, figures):
    press(qtbot, panel, Layer.VISITS)
    panel.map.grab()
    counts = figures.visits_in(None)
    shown = {label.code: label.text for label in panel.map.labels}
    known = panel._counties
    for code, text in shown.items():
        number = f" {counts[code]}" if code in counts else ""
        assert text == f"{known[code].short_name}{number}"
    code = max(counts, key=counts.get)
    tip = panel.map.picture.tip(code)
    assert tip == f"{known[code].name}\n2026 年 12 月排了 {counts[code]} 场"


def test_one_specialty_alone(qtbot, panel, figures):
    press(qtbot, panel, Layer.LACKS)
    assert panel.specialty.isVisible()
    code = figures.specialties[0]
    panel.specialty.choose(code)
    lacks = figures.lacks[code]
    numbers = {county: str(lack.visits) for county, lack in lacks.items()}
    assert panel.map.picture.numbers == numbers
    county = next(iter(lacks))
    wanted = f"{lacks[county].visits} 场没排上，缺 {lacks[county].seats} 人次"
    assert wanted in panel.map.picture.tip(county)
    assert panel.specialty.currentText() in panel.heading
    press(qtbot, panel, Layer.COVERAGE)
    assert not panel.specialty.isVisible()


def test_what_is_lacking_is_painted_red_and_what_is_not_grey(qtbot, panel, figures):
    press(qtbot, panel, Layer.LACKS)
    lacks = figures.lacks[None]
    most = max(lacks, key=lambda code: lacks[code].visits)
    brush = panel.map.picture.brush
    assert brush(most).color() == theme.scale_color(1.0, lacking=True)
    free = next(code for code in panel._counties if code not in lacks)
    assert brush(free).color() == theme.scale_color(0.0)


def test_flows_of_the_county_under_the_pointer_stand_out(qtbot, panel, figures):
    press(qtbot, panel, Layer.FLOWS)
    assert panel.map.picture.flows == figures.flows
    county = figures.flows[0].source
    faint, strong = shown_flows(figures.flows, county)
    assert set(strong) == {f for f in figures.flows if county in (f.source, f.target)}
    assert not set(faint) & set(strong)
    assert len(shown_flows(figures.flows, None)[1]) == min(LARGEST, len(figures.flows))
    before = panel.map.grab().toImage()
    qtbot.mouseMove(panel.map, panel.map.point_of(county))
    assert panel.map.focus_county == county
    assert panel.map.grab().toImage() != before


def test_the_tip_of_a_county_tells_whom_it_helps(qtbot, panel, figures):
    press(qtbot, panel, Layer.FLOWS)
    flow = figures.flows[0]
    tip = panel.map.picture.tip(flow.source)
    assert f"借出 {figures.lent(flow.source)} 人次" in tip
    other = panel._counties[flow.target].name
    assert f"去 {other}：{flow.seats} 人次（{flow.people} 人）" in tip


def test_an_arrow_is_as_wide_as_it_is_large_and_stops_before_the_county(figures):
    largest, smallest = figures.flows[0], figures.flows[-1]
    start, end = QPointF(0, 0), QPointF(200, 0)
    thick = arrow_of(largest, start, end, largest.seats)
    thin = arrow_of(smallest, start, end, largest.seats)
    assert thick.width >= thin.width
    assert 185 < thick.tip.x() < 200
    back = arrow_of(largest, end, start, largest.seats)
    assert thick.middle.y() * back.middle.y() < 0  # the way back bends to the other side


def test_classes_cover_all_numbers():
    steps = Steps.of([0, 3, 17])
    assert [entry.text for entry in steps.legend()] == [
        "无",
        "1–4",
        "5–8",
        "9–12",
        "13–16",
        "17–20",
    ]
    assert steps.share(0) == 0
    assert steps.share(17) == 1
    assert [entry.text for entry in Steps.of([2]).legend()] == ["无", "1", "2"]
    assert [entry.text for entry in Steps.of([]).legend()] == ["无"]


def test_without_a_plan_nothing_can_be_saved_and_it_says_why(qtbot, empty_context):
    made = MapPanel(empty_context)
    qtbot.addWidget(made)
    made.show_plan(None)
    for layer in Layer:
        made.set_layer(layer)
        assert made.map.picture.flows == ()
    assert not made.save_button.isEnabled()
    assert made.save_button.toolTip() == "还没有排班方案，没有可存的地图"
    assert not made.print_button.isEnabled()


# Pictures and paper --------------------------------------------------------------------------


def menu_action(panel, words):
    menu = panel.menu_of_pictures()
    return next(action for action in menu.actions() if words in action.text())


@pytest.mark.parametrize("layer", list(Layer))
def test_a_picture_is_light_and_whole(qtbot, panel, tmp_path, monkeypatch, context, layer):
    panel.set_layer(layer)
    target = tmp_path / "图.png"
    monkeypatch.setattr(panel, "choose_file", lambda ending: str(target))
    theme.change_scheme(theme.Scheme.DARK)
    with qtbot.waitSignal(context.notified) as said:
        menu_action(panel, "PNG").trigger()
    assert str(target) in said.args[0]
    image = QImage(str(target))
    assert (image.width(), image.height()) == (2400, 1800)
    assert QColor(image.pixel(3, 3)) == theme.LIGHT.surface
    assert theme.tokens() == theme.DARK


def test_a_vector_picture_can_be_read_again(panel, tmp_path, monkeypatch, context, settle):
    panel.set_layer(Layer.FLOWS)
    monkeypatch.setattr(panel, "choose_file", lambda ending: str(tmp_path / "图"))
    menu_action(panel, "SVG").trigger()
    settle(context)
    assert QSvgRenderer(str(tmp_path / "图.svg")).isValid()


def test_a_picture_that_cannot_be_written_is_told(qtbot, panel, tmp_path, monkeypatch, context):
    (tmp_path / "文件").write_text("")
    monkeypatch.setattr(panel, "choose_file", lambda ending: str(tmp_path / "文件" / "图.png"))
    with qtbot.waitSignal(context.error_shown) as said:
        menu_action(panel, "PNG").trigger()
    assert "图.png" in said.args[0]


def test_giving_up_writes_nothing(panel, tmp_path, monkeypatch):
    monkeypatch.setattr(panel, "choose_file", lambda ending: "")
    menu_action(panel, "PNG").trigger()
    monkeypatch.setattr(panel, "choose_printer", lambda: None)
    panel.print_map()
    assert not list(tmp_path.glob("*.png"))


def test_the_map_is_printed_on_one_sheet_lying(qtbot, panel, tmp_path, monkeypatch, context):
    printer = make_printer("图")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "图.pdf"))
    monkeypatch.setattr(panel, "choose_printer", lambda: printer)
    with qtbot.waitSignal(context.notified) as said:
        qtbot.mouseClick(panel.print_button, LEFT)
    assert said.args == ["地图已交给打印机"]
    assert (tmp_path / "图.pdf").read_bytes().startswith(b"%PDF")
    size = printer.pageLayout().fullRectPoints().size()
    assert size.width() > size.height()


def test_sample_data_is_marked_on_the_picture(panel):
    assert panel.heading.endswith("（示例）")


def test_the_menu_key_asks_for_the_menu_of_the_county_one_stands_on(qtbot, panel):
    panel.map.setFocus()
    panel.map.set_selected("511423")
    with qtbot.waitSignal(panel.map.menu_requested) as asked:
        panel.map.contextMenuEvent(_menu_key())
    assert asked.args[0] == "511423"


def _menu_key():
    from PySide6.QtGui import QContextMenuEvent

    return QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
