"""F1: the way through a month, and the keys of every page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.dialog import Dialog
from ui.parts import label, scroll_column

Lines = Sequence[tuple[str, str]]
Sections = Sequence[tuple[str, Lines]]
SIZE = (theme.px(165), theme.px(130))


class HelpDialog(Dialog):
    """Two tabs: what to do in which order, and which keys do it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("帮助"))
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("帮助的内容"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget()
        for title, sections in (
            (self.tr("怎样排出一个月的班"), self._way()),
            (self.tr("快捷键"), self._keys()),
        ):
            self.tabs.addTab(title)
            self.stack.addWidget(_sheet(title, sections))
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        buttons = QDialogButtonBox()
        close = QPushButton(self.tr("知道了"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(4))
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.tabs)
        layout.addWidget(self.stack, 1)
        layout.addWidget(buttons)
        self.resize(*SIZE)

    def _way(self) -> Sections:
        tr = self.tr
        steps = (
            (tr("1 名册"), tr("把单位发来的 Excel 名册拖进窗口，在“导入”页核对、改正后导入")),
            (tr("2 县团"), tr("“县团”页看每县的团缺什么；点“组团建议”，或把人拖到别的团")),
            (tr("3 需求"), tr("需求表也这样导入；在“需求”页按 Ins 新增、F2 修改，再逐条受理")),
            (tr("4 排班"), tr("“排班”页点“排班…”，选好起止日期后开始，随时可以停止并采用")),
            ("", tr("右边的排前检查列出怎样排都补不上的缺口，以及怎样补")),
            (tr("5 调整"), tr("“可替换人选”列出谁能去；把服务拖到别处，松手之前就知道行不行")),
            ("", tr("有人来不了，按 Ctrl+L：谁顶上、要给谁打电话，一次定好")),
            ("", tr("排班表下面的“冲突”列出名册改动后不再合规的安排，点一下就到那里")),
            (tr("6 发布"), tr("定下来就发布；发布前列出要通知的人，发布后再改会修订为新的一版")),
            (tr("7 打印"), tr("“打印”页预览分县日程和覆盖总表，打印或存为 PDF")),
        )
        days = (
            (tr("工作日历"), tr("放假和调休以“设置”页的工作日历为准，法定节假日已经填好")),
            ("", tr("与当地不同的日子，点一下就能改成休息或上班；以后排班照改过的算")),
        )
        safe = (
            (tr("改错了"), tr("任何一步都能按 Ctrl+Z 撤销；“历史”页列出全部改动，哪一步都能撤")),
            (tr("备份"), tr("程序自动备份，在“设置”页恢复；导出的文件单位电脑上的 Excel 都能开")),
        )
        return ((tr("步骤"), steps), (tr("哪些日子排班"), days), (tr("放心改"), safe))

    def _keys(self) -> Sections:
        tr = self.tr
        everywhere = (
            ("Ctrl+1 … 9", tr("切换页面")),
            ("Ctrl+K", tr("搜索页面、人员、县和操作")),
            ("Ctrl+F", tr("在本页搜索，可输汉字、全拼或首字母")),
            ("Ctrl+I", tr("导入文件")),
            ("Ctrl+L", tr("有人来不了：登记请假，安排谁替、给谁打电话")),
            ("Ctrl+C", tr("复制选中的行，可直接贴入 Excel")),
            ("Ctrl+Z / Ctrl+Y", tr("撤销、恢复任何一步")),
            ("F5", tr("重新读取本页")),
            ("Shift+F10", tr("所选内容的菜单")),
            ("Esc", tr("清空搜索，取消按县筛选，或放弃正在拖的")),
        )
        board = (
            (tr("方向键"), tr("在服务之间走；↑ 到日期，← 到行首")),
            ("M", tr("移动：左右选时间，上下换行，回车放下")),
            ("X、T、S", tr("对调时间、改时长、拆分")),
            ("L、Del", tr("锁定或解锁、取消安排")),
            ("Ctrl+C / Ctrl+V", tr("复制一项服务到别的半天")),
            ("Shift+F10", tr("打开所选服务、县、特派员、日期的菜单；D 直接到日期")),
            (tr("Ctrl、Shift+单击"), tr("选多项（也可拖框、Ctrl+A），再一起处理")),
            (tr("拖动时 Ctrl、Alt"), tr("Ctrl 复制或增派，Alt 对调")),
            (tr("Ctrl+滚轮、Ctrl+加减号"), tr("放大缩小，从五天到三个月")),
        )
        others = (
            (tr("导入"), tr("F8 到下一个问题，F2 改格子，Ctrl+Z 撤回")),
            (tr("特派员"), tr("Ins 新增，F2 修改，Ctrl+S 保存")),
            (tr("县团"), tr("M 移人，Del 移入机动库")),
            (tr("需求"), tr("A 受理，R 驳回，X 取消，B 退回待审核，D 标为完成，U 改回已派员")),
        )
        return (
            (tr("各页通用"), everywhere),
            (tr("排班表"), board),
            (tr("其他页"), others),
        )


def _sheet(name: str, sections: Sections) -> QScrollArea:
    """Return a page of lines in two columns under headings."""
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(0, 0, theme.px(2), 0)
    grid.setHorizontalSpacing(theme.px(6))
    grid.setVerticalSpacing(theme.px(1))
    for title, lines in sections:
        row = grid.rowCount()
        if row > 1:
            grid.setRowMinimumHeight(row, theme.px(2))
        grid.addWidget(label(title, look="heading"), row + 1, 0, 1, 2)
        for left, right in lines:
            row = grid.rowCount()
            grid.addWidget(label(left), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(right, look="muted", wrap=True), row, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    area = scroll_column(content)
    area.setAccessibleName(name)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return area
