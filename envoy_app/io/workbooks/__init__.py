"""Workbooks that go out: rosters, demands, teams, plans and forms to fill in."""
