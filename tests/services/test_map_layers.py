from collections import Counter
from dataclasses import replace

from envoy_app.services.map_layers import Lack, map_figures
from tests.plan_factory import make_plan_view

PLAN = make_plan_view(visits=140, envoys=70)


def test_visits_are_counted_by_county_and_month():
    figures = map_figures(PLAN)
    assert figures.months == ((2026, 12),)
    held = Counter(visit.county for visit in PLAN.held)
    assert figures.visits_in((2026, 12)) == held
    assert figures.visits_in(None) == held
    assert figures.visits_in((2027, 1)) == {}


def test_a_lack_counts_visits_and_seats_by_specialty():
    left = PLAN.unscheduled
    figures = map_figures(PLAN)
    assert sum(lack.visits for lack in figures.lacks[None].values()) == len(left)
    for code in figures.specialties:
        wanted = [v for v in left if any(role.specialty == code for role in v.roles)]
        assert sum(lack.visits for lack in figures.lacks[code].values()) == len(wanted)
    first, last = figures.specialties[0], figures.specialties[-1]
    totals = [sum(lack.visits for lack in figures.lacks[c].values()) for c in (first, last)]
    assert totals == sorted(totals, reverse=True)


def test_two_roles_of_one_specialty_are_one_visit_and_two_seats():
    visit = PLAN.unscheduled[0]
    (role, *_) = visit.roles
    twice = replace(visit, roles=(replace(role, count=1), replace(role, count=2)))
    figures = map_figures(replace(PLAN, visits=(twice,)))
    assert figures.lacks == {
        None: {visit.county: Lack(1, 3)},
        role.specialty: {visit.county: Lack(1, 3)},
    }


def test_flows_are_who_works_outside_of_the_own_county():
    figures = map_figures(PLAN)
    away = [
        (card.team_county or card.base_county, visit.county, envoy)
        for visit in PLAN.held
        for envoy in visit.envoys
        if (card := PLAN.envoys[envoy]) and (card.team_county or card.base_county) != visit.county
    ]
    seats = Counter((source, target) for source, target, _ in away)
    assert {(flow.source, flow.target): flow.seats for flow in figures.flows} == seats
    for flow in figures.flows:
        people = {e for source, target, e in away if (source, target) == (flow.source, flow.target)}
        assert flow.people == len(people)
    assert [flow.seats for flow in figures.flows] == sorted(seats.values(), reverse=True)
    county = figures.flows[0].source
    assert figures.lent(county) == sum(n for (source, _), n in seats.items() if source == county)
    assert figures.borrowed(county) == sum(n for (_, to), n in seats.items() if to == county)


def test_a_plan_without_visits_has_no_figures():
    figures = map_figures(replace(PLAN, visits=()))
    assert (figures.visits, figures.lacks, figures.flows) == ({}, {}, ())
