"""A workspace with the factory's plan stored in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from envoy_app.domain.plans import PlanView
from envoy_app.services.workspace import Workspace, open_workspace


@contextmanager
def workspace_with(folder: Path, *views: PlanView) -> Iterator[Workspace]:
    workspace = open_workspace(folder / "envoy.db", actor="测试员")
    try:
        for view in views:
            with workspace.context.uow() as uow:
                uow.describe("布置")
                uow.plans.add(view, {})
                uow.commit()
        yield workspace
    finally:
        workspace.close()
