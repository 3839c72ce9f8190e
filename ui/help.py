"""F1: one page of help."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QPushButton, QWidget

from ui import theme
from ui.dialog import Dialog
from ui.parts import label


class HelpDialog(Dialog):
    """The way through, and the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("帮助"))
        layout = QGridLayout(self)
        layout.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        layout.setHorizontalSpacing(theme.px(6))
        layout.setVerticalSpacing(theme.px(1))
        row = 0
        for title, lines in self._sections():
            layout.addWidget(label(title, look="heading"), row, 0, 1, 2)
            row += 1
            for left, right in lines:
                layout.addWidget(label(left), row, 0)
                layout.addWidget(label(right, look="muted"), row, 1)
                row += 1
        buttons = QDialogButtonBox()
        close = QPushButton(self.tr("知道了"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(buttons, row, 0, 1, 2)
        layout.setColumnStretch(1, 1)
        self.setMinimumWidth(theme.px(140))

    def _sections(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.tr
        steps = (
            (tr("1 名册"), tr("把单位发来的 Excel 名册拖进窗口，在“导入”页核对、改正后导入")),
            (tr("2 需求"), tr("需求表也这样导入；在“需求”页按 Ins 新增、F2 修改，再逐条受理")),
            (tr("3 排班"), tr("“排班”页点“排班…”，选好起止日期后开始，随时可以停止并采用")),
            ("", tr("右边的排前检查列出怎样排都补不上的缺口，以及怎样补")),
            (tr("4 查看"), tr("“总览”地图显示每个县的覆盖情况，单击选县，双击看排班")),
            ("", tr("“可替换人选”列出谁能去；把服务拖到别的半天改期，松手之前就知道行不行")),
            (tr("5 打印"), tr("“打印”页预览分县日程和覆盖总表，打印或存为 PDF")),
        )
        days = (
            (tr("工作日历"), tr("放假和调休以“设置”页的工作日历为准，法定节假日已经填好")),
            ("", tr("与当地不同的日子，点一下就能改成休息或上班；以后排班照改过的算")),
        )
        keys = (
            ("Ctrl+1 … 9 / Ctrl+K", tr("切换页面；搜索页面、人员、县和操作")),
            ("Ctrl+F", tr("在本页搜索，可输汉字、全拼或首字母")),
            ("Ctrl+I", tr("导入文件；在“导入”页 F8 到下一个问题，F2 改格子，Ctrl+Z 撤回")),
            ("Ctrl+C", tr("复制表格中选中的行，可直接贴入 Excel")),
            (
                "M、Del、L",
                tr("“排班”页移动、取消、锁定选中的服务；“县团”页 M 移人，Del 移入机动库"),
            ),
            (
                tr("Ctrl、Shift+单击"),
                tr("“排班”页选多项，一起锁定、取消、重排；Shift+F10 开菜单，↑ 到日期"),
            ),
            ("X、T、S", tr("“排班”页对调时间、改时长、拆分；拖动时 Ctrl 复制或增派，Alt 对调")),
            ("Ctrl+Z / Ctrl+Y", tr("撤销、恢复任何一步；“历史”页列出全部改动")),
            ("F5 / Esc", tr("重新读取本页；清空搜索，或取消按县筛选")),
        )
        return (
            (tr("怎样排出一个月的班"), steps),
            (tr("哪些日子排班"), days),
            (tr("快捷键"), keys),
        )
