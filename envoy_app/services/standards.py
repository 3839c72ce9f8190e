"""The coverage standard: what every county is to get in a month, edited as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from envoy_app.domain.changes import Changes
from envoy_app.domain.coverage import (
    CountyMinimum,
    CoverageStandard,
    shipped_minimums,
    shipped_standards,
)
from envoy_app.domain.errors import InputError
from envoy_app.domain.standard_edits import (
    Cell,
    StandardEdits,
    StandardTable,
    check_line,
    check_minimum,
)
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext
from envoy_app.services.reference import SEASONAL_SETTING

_FEW = 3


class StandardsService:
    """Reads and edits the coverage standard; callable from any thread."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def table(self) -> StandardTable:
        """Return the standard as it is stored."""
        with self._context.read() as uow:
            return _table(uow)

    def visits(self, table: StandardTable, cells: Mapping[Cell, int]) -> StandardEdits:
        """Return the edits that set how many visits a month cells ask for; 0 takes a line away.

        A new line looks as shipped for that county, else as most counties have it.
        """
        shipped = shipped_standards()
        lines: dict[Cell, CoverageStandard | None] = {}
        for cell, number in cells.items():
            if number == 0:
                lines[cell] = None
                continue
            line = table.lines.get(cell) or table.pattern(*cell, shipped)
            required = min(line.required, max(number, 0))
            lines[cell] = replace(line, visits_per_month=number, required=required)
        return StandardEdits(lines)

    def fields(
        self, table: StandardTable, cells: Collection[Cell], values: Mapping[str, int]
    ) -> StandardEdits:
        """Return the edits that set fields of lines (`LIMITS` names them) in all of `cells`.

        Cells without a line are left out.
        """
        fields: dict[str, Any] = dict(values)  # every one of them is a number
        chosen = {cell: table.lines[cell] for cell in cells if cell in table.lines}
        return StandardEdits({cell: replace(line, **fields) for cell, line in chosen.items()})

    def defaults(self, table: StandardTable, counties: Collection[str]) -> StandardEdits:
        """Return the edits that give counties the standard that the product ships."""
        lines: dict[Cell, CoverageStandard | None] = {
            cell: None for cell in table.lines if cell[0] in counties
        }
        for line in shipped_standards():
            if line.county in counties:
                lines[line.county, line.specialty] = table.moved(line, line.county, line.specialty)
        minimums = {
            item.county: item.min_visits for item in shipped_minimums() if item.county in counties
        }
        return StandardEdits(lines, minimums)

    def seasonal(self) -> bool:
        """Whether the farming calendar spreads a year's visits over the months."""
        with self._context.read() as uow:
            return bool(uow.settings.get(SEASONAL_SETTING, False))

    def set_seasonal(self, on: bool) -> Changes:
        """Spread a year's visits by the farming calendar, or give every month the same."""
        with self._context.uow() as uow:
            uow.describe("覆盖标准按农时增减场次" if on else "覆盖标准各月场次相同")
            uow.settings.put(SEASONAL_SETTING, on)
            return uow.commit()

    def save(self, edits: StandardEdits) -> Changes:
        """Store edits, all or none.

        Raises InputError for a value that makes no sense, ConflictError where a line was changed
        by someone else meanwhile.
        """
        self._check(edits)
        with self._context.uow() as uow:
            wanted = _table(uow).effective(edits)
            if not wanted:
                return Changes(frozenset(), "覆盖标准没有变化")
            uow.describe(self._told(wanted))
            _write(uow, wanted)
            changes = uow.commit()
        self._context.reference.refresh_edited()
        return changes

    def _check(self, edits: StandardEdits) -> None:
        counties = self._context.reference.gazetteer().by_code
        known = self._context.reference.vocabulary().by_code
        for (county, specialty), line in edits.lines.items():
            if county not in counties or specialty not in known:
                raise InputError(f"没有“{county}”或“{specialty}”，请刷新后再改。")
            if line is not None:
                check_line(line, self._place((county, specialty)))
        for county, number in edits.minimums.items():
            if county not in counties:
                raise InputError(f"没有编号为“{county}”的县，请刷新后再改。")
            check_minimum(number, counties[county].short_name)

    def _place(self, cell: Cell) -> str:
        reference = self._context.reference
        county = reference.gazetteer().by_code[cell[0]].short_name
        return f"{county}·{reference.vocabulary().name(cell[1])}"

    def _told(self, edits: StandardEdits) -> str:
        names = [self._place(cell) for cell in edits.lines]
        counties = self._context.reference.gazetteer().by_code
        names += [f"{counties[county].short_name}最低场次" for county in edits.minimums]
        more = f"等 {len(names)} 项" if len(names) > _FEW else ""
        return f"修改覆盖标准：{'、'.join(names[:_FEW])}{more}"


def _table(uow: UnitOfWork) -> StandardTable:
    return StandardTable(uow.standards.all(), uow.minimums.all())


def _write(uow: UnitOfWork, edits: StandardEdits) -> None:
    stored = _table(uow)
    gone = [stored.lines[cell].id for cell, line in edits.lines.items() if line is None]
    lines = [line for line in edits.lines.values() if line is not None]
    uow.standards.remove(gone)
    uow.standards.save_all(line for line in lines if (line.county, line.specialty) in stored.lines)
    uow.standards.add(line for line in lines if (line.county, line.specialty) not in stored.lines)
    known = stored.minimums
    uow.minimums.save_all(
        replace(known[county], min_visits=number)
        for county, number in edits.minimums.items()
        if county in known
    )
    uow.minimums.add(
        CountyMinimum(county, number)
        for county, number in edits.minimums.items()
        if county not in known
    )
