"""What the overview says about a county, as plain text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.coverage import CountyCoverage, CoverageLine
from envoy_app.domain.geography import County
from envoy_app.domain.vocabulary import Vocabulary


def _tr(text: str) -> str:
    return QCoreApplication.translate("CountyTexts", text)


def visits_text(coverage: CountyCoverage) -> str:
    """Return 已排 3/5 次."""
    return _tr("已排 {held}/{wanted} 次").format(
        held=coverage.visits_held, wanted=coverage.visits_wanted
    )


def line_text(line: CoverageLine, vocabulary: Vocabulary) -> str:
    """Return 蔬菜 缺 1 次 for one line that falls short."""
    name = vocabulary.name(line.specialty) if line.specialty else _tr("本县最低次数")
    return _tr("{name} 缺 {n} 次").format(name=name, n=line.shortfall)


def missing_text(coverage: CountyCoverage, vocabulary: Vocabulary) -> str:
    """Return what is missing in a county, in one line."""
    short = [line for line in coverage.lines if line.shortfall]
    return _tr("、").join(line_text(line, vocabulary) for line in short)


def reason_text(coverage: CountyCoverage) -> str:
    """Return why, in one line."""
    return _tr(";").join(coverage.reasons)


def county_tip(county: County, coverage: CountyCoverage | None, vocabulary: Vocabulary) -> str:
    """Return what the map says of a county at the pointer, a few lines."""
    head = f"{county.name} · {county.city}"
    if coverage is None:
        return f"{head}\n{_tr('尚无排班方案')}"
    lines = [head, f"{coverage.state.label} · {visits_text(coverage)}"]
    lines += [line_text(line, vocabulary) for line in coverage.lines if line.shortfall]
    lines += list(coverage.reasons[:3])
    return "\n".join(lines)
