"""What is said of versions that cannot be changed any more."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.plans import PlanInfo


def read_only_hint(info: PlanInfo) -> str:
    """Return why a version cannot be changed, and how to revise it."""
    text = QCoreApplication.translate(
        "ReadOnly", "{0}的方案只读，不再改动；要调整，请重新排班，或修订为新的一版再改"
    )
    return text.format(info.state.value)
