"""The envoys."""

from __future__ import annotations

from collections.abc import Iterable

from envoy_app.domain.changes import Changes
from envoy_app.domain.people import Envoy
from envoy_app.services.context import ServiceContext


class RosterService:
    """Reads and changes envoys."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def envoys(self, include_inactive: bool = False) -> tuple[Envoy, ...]:
        """Return envoys in the order they came."""
        with self._context.read() as uow:
            envoys = uow.envoys.all()
        return tuple(envoy for envoy in envoys if envoy.active or include_inactive)

    def envoy(self, envoy_id: str) -> Envoy:
        """Return one envoy; raises NotFoundError."""
        with self._context.read() as uow:
            return uow.envoys.get(envoy_id)

    def save(self, envoy: Envoy) -> Changes:
        """Store a changed envoy; raises ConflictError where someone else changed it meanwhile."""
        with self._context.uow() as uow:
            uow.describe(f"修改特派员“{envoy.name}”")
            uow.envoys.save(envoy)
            return uow.commit()

    def add(self, envoys: Iterable[Envoy]) -> Changes:
        """Store new envoys."""
        new = tuple(envoys)
        with self._context.uow() as uow:
            uow.describe(f"新增特派员 {len(new)} 人")
            uow.envoys.add(new)
            return uow.commit()
