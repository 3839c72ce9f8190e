"""Tables that come in by pasting."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QMimeData

from envoy_app.domain.import_choices import PastedTable

TEXT_LIMIT = 30_000_000


def pasted_table(data: QMimeData, now: datetime) -> PastedTable | None:
    """Return the table that the clipboard holds, None where it holds none.

    One line without a tab is no table: somebody copied a word.
    """
    text = data.text()[:TEXT_LIMIT] if data.hasText() else ""
    html = data.html()[:TEXT_LIMIT] if data.hasHtml() else ""
    lines = [line for line in text.splitlines() if line.strip()]
    if "<table" not in html.lower():
        html = ""
    if not html and len(lines) < 2:
        return None
    name = QCoreApplication.translate("Import", "粘贴的表格 {time}").format(time=f"{now:%H:%M:%S}")
    return PastedTable(name, text, html)
