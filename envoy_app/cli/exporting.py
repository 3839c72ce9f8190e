"""`envoy export` and `envoy template`: workbooks out."""

from __future__ import annotations

import argparse

from envoy_app.cli.terminal import DONE, say
from envoy_app.cli.work import existing, for_reading
from envoy_app.domain.imports import ImportKind
from envoy_app.services.plan_source import stored_plan


def export(arguments: argparse.Namespace) -> int:
    """Write a plan, its changes, the roster, the demands or the teams as a workbook."""
    with existing(arguments.db) as workspace:
        exports = workspace.exports
        if arguments.what == "plan":
            path = exports.plan_workbook(arguments.output, plan_id=arguments.plan)
        elif arguments.what == "changes":
            plan = arguments.plan or stored_plan(workspace.context, None).info.id
            path = exports.changes_workbook(arguments.output, plan, arguments.against)
        elif arguments.what == "roster":
            path = exports.roster_workbook(arguments.output)
        elif arguments.what == "demands":
            path = exports.demands_workbook(arguments.output)
        else:
            path = exports.teams_workbook(arguments.output)
    say(f"已写好“{path}”。")
    return DONE


def template(arguments: argparse.Namespace) -> int:
    """Write an empty form; a database gives it the synonyms added there, none is needed."""
    with for_reading(arguments.db) as workspace:
        path = workspace.exports.template(ImportKind(arguments.kind), arguments.output)
    say(f"已写好“{path}”。")
    return DONE
