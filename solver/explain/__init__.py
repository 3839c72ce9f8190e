"""Explanations: what would cure a gap, what a change by hand would do, what cannot be planned.

`solver.explain.judge.Judge` answers the window; `solver.explain.shortages.shortages` looks before
solving; `solver.explain.repairs.find_repairs` is part of every run. They load numpy and OR-Tools,
so they are imported where they are used and not with `solver`.
"""
