"""The single changes of repairs (`unscheduled[].repairs`) as edits of a variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from solver.explain.edits import apply_edit
from solver.explain.edits_text import Names, repair_text
from solver.instance import Instance
from solver.whatif.base import EditError

_WHAT: Final = {"visit": "下乡服务", "envoy": "特派员", "county": "县"}


@dataclass(frozen=True)
class SingleChange:
    """One change as repairs tell it, without what it was said to bring."""

    change: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What it is called in JSON."""
        return str(self.change["edit"])

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        known: dict[str, Mapping[str, object]] = {
            "visit": instance.visit_by_id,
            "envoy": instance.envoy_by_id,
            "county": instance.county_by_id,
        }
        for key, items in known.items():
            if key in self.change and self.change[key] not in items:
                raise EditError(key, f'{_WHAT[key]} "{self.change[key]}" 不存在')
        try:
            return apply_edit(instance, self.change)
        except ValueError:
            key = "role" if "role" in self.change else "earliest"
            problem = "没有这个席位" if "role" in self.change else "应为排班期内的工作日，先早后晚"
            raise EditError(key, problem) from None

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        return repair_text(instance, self.change, names).rstrip("。")
