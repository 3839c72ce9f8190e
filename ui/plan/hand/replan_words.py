"""What planning a part of a plan anew may change and what it leaves alone, in words; no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from envoy_app.domain.editing import ReplanScope
from envoy_app.domain.plans import PlanView, VisitView
from ui.plan.hand.groups import Group, GroupKind


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that can be planned anew: what it is called, and what may change."""

    title: str
    scope: ReplanScope


def part_of(group: Group) -> Part:
    """Return a group as a part; one without visits leaves all as it is but for what is left out."""
    if group.kind is GroupKind.VISITS:  # its title has the count
        return Part(group.title, group.scope)
    return Part(f"{group.title}（{len(group.visits)} 项）", group.scope)


def whole_part(plan: PlanView) -> Part:
    """Return the part that is the whole plan."""
    return Part(f"全部已排服务（{len(plan.held)} 项）", ReplanScope())


def left_out_part(plan: PlanView) -> Part:
    """Return the part of what is left out: all that is held stays."""
    return Part(f"仅未排服务（{len(plan.unscheduled)} 项）", ReplanScope(unscheduled_only=True))


def distinct(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts, each scope once."""
    return tuple({part.scope: part for part in parts}.values())


@dataclass(frozen=True, slots=True)
class Reach:
    """What a part takes in: `free` may change, `fixed` is in it but wholly locked."""

    free: tuple[VisitView, ...]
    fixed: int
    half_locked: int
    staying: int
    left_out: int

    @property
    def why_not(self) -> str:
        """Why there is nothing to plan anew, "" where there is."""
        if self.free or self.left_out:
            return ""
        return "这里的服务全部锁定，先解锁一部分" if self.fixed else "没有可以重排的服务"

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """What may change, and what stays: a heading and a sentence each."""
        return tuple(
            line
            for line in (
                ("可能改动", self._may()),
                ("尽量补上", f"未排的 {self.left_out} 项服务" if self.left_out else ""),
                ("保持不动", self._stays()),
            )
            if line[1]
        )

    def _may(self) -> str:
        if not self.free:
            return "没有，已排的都保持原样"
        counties = len({visit.county for visit in self.free})
        people = len({envoy for visit in self.free for envoy in visit.envoys})
        text = f"{len(self.free)} 项服务的日期和人员（{counties} 个县，现派 {people} 人）"
        if self.half_locked:
            text += f"；其中 {self.half_locked} 项锁定的日期或人员不变"
        return text

    def _stays(self) -> str:
        text = f"其余 {self.staying} 项服务"
        return f"{text}，以及范围内锁定的 {self.fixed} 项" if self.fixed else text


def reach_of(plan: PlanView, scope: ReplanScope) -> Reach:
    """Return what a scope of visits takes in."""
    held = plan.held
    if scope.unscheduled_only:
        inside: tuple[VisitView, ...] = ()
    else:
        inside = tuple(v for v in held if not scope.visits or v.id in scope.visits)
    free = tuple(v for v in inside if not (v.date_locked and v.people_locked))
    return Reach(
        free,
        fixed=len(inside) - len(free),
        half_locked=sum(visit.locked for visit in free),
        staying=len(held) - len(inside),
        left_out=len(plan.visits) - len(held),
    )
