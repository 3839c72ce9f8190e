"""All the commands there are, each drawn by chance; None where there is nothing to do it to."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.demands import DemandState
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_choices import PastedTable
from envoy_app.domain.people import Absence, Skill
from envoy_app.domain.plans import PlanState, PlanView
from envoy_app.domain.teams import LEADER, MEMBER, TeamChange
from envoy_app.services.demands import ALLOWED
from envoy_app.services.workspace import Workspace
from tests.factories import make_demand, make_envoy, make_proposal
from tests.plan_factory import make_plan_view
from tests.services.import_books import HEAD, person

Action = Callable[[Workspace, random.Random], object]

COUNTIES = ("510104", "510121", "510185")
CODES = ("S01", "S06", "S08", "S12")
WORDS = ("养蚕能手", "打谷场事", "看天吃饭", "果园子活")  # no vocabulary knows them
FIRST = date(2027, 3, 1)
VIEWS = [make_plan_view(seed=seed, visits=6, envoys=5, counties=COUNTIES[:2]) for seed in (1, 2, 3)]
WISH_HEAD = ("服务县", "需求内容", "专业方向", "联系人", "联系电话", "备注")


def add_envoys(workspace: Workspace, draw: random.Random) -> object:
    return workspace.roster.add([make_envoy() for _ in range(draw.randint(1, 3))])


def save_envoy(workspace: Workspace, draw: random.Random) -> object:
    people = workspace.roster.envoys(include_inactive=True)
    if not people:
        return None
    mark = str(draw.randint(0, 2))
    absent = Absence(FIRST, FIRST + timedelta(days=draw.randint(0, 2)), None, mark)
    changed = draw.choice(
        (
            {"remarks": mark},
            {"title": mark, "title_rank": draw.randint(0, 3)},
            {"absences": (absent,)},
            {"skills": (Skill(draw.choice(CODES), draw.randint(1, 3)),)},
            {"team_county": draw.choice((None, *COUNTIES))},
            {"active": draw.random() < 0.7, "phones": (f"1900000000{mark}",)},
        )
    )
    return workspace.roster.save(replace(draw.choice(people), **changed))


def add_demands(workspace: Workspace, draw: random.Random) -> object:
    state = draw.choice((DemandState.PENDING, DemandState.ACCEPTED))
    wishes = [make_demand(state=state) for _ in range(draw.randint(1, 2))]
    return workspace.demands.add(wishes)


def decide(workspace: Workspace, draw: random.Random) -> object:
    wishes = workspace.demands.demands()
    if not wishes:
        return None
    first = draw.choice(wishes)
    state = draw.choice(sorted(ALLOWED[first.state]))
    alike = [wish.id for wish in wishes if wish.state is first.state]
    chosen = draw.sample(alike, k=min(len(alike), draw.randint(1, 2)))
    return workspace.demands.set_state(chosen, state, "重复报送")


def set_days(workspace: Workspace, draw: random.Random) -> object:
    start = FIRST + timedelta(days=draw.randint(0, 9))
    end = start + timedelta(days=draw.randint(0, 2))
    kind = draw.choice((DayKind.OFF, DayKind.OFF, DayKind.WORK, None))
    return workspace.calendar.set_days(start, end, kind, draw.choice(("", "培训")))


def _roster(draw: random.Random) -> PastedTable:
    rows: list[tuple[object, ...]] = [HEAD]
    for number in sorted(draw.sample(range(9), k=draw.randint(1, 5))):
        values = {
            "title": draw.choice(("农艺师", "高级农艺师")),
            "spec": draw.choice(("茶叶", "茶叶", "柑橘", *WORDS)),
            "remarks": draw.choice((None, "甲", "乙")),
        }
        rows.append(person(number, **values))
    return _table("名册", rows)


def _wishes(draw: random.Random) -> PastedTable:
    rows: list[tuple[object, ...]] = [WISH_HEAD]
    for number in sorted(draw.sample(range(4), k=draw.randint(1, 3))):
        spec = draw.choice(("茶叶", "柑橘", *WORDS))
        content = f"第 {number} 号地的指导"
        rows.append(("金堂", content, spec, f"王{number}", f"1900001{number:04d}", ""))
    return _table("需求", rows)


def _table(name: str, rows: list[tuple[object, ...]]) -> PastedTable:
    return PastedTable(name, "\n".join("\t".join(str(c or "") for c in row) for row in rows))


def _brought(workspace: Workspace, draw: random.Random, *tables: PastedTable) -> object:
    """Import as a user would: words are answered or not, some who are gone are retired."""
    imports = workspace.imports
    batch = imports.open([], texts=tables)
    asked = {question.term for file in batch.files for question in file.report.terms}
    answers = {
        term: (draw.choice(CODES),) for term in sorted(asked, key=str) if draw.random() < 0.6
    }
    batch = imports.answer(batch, answers)
    gone = [item.envoy_id for item in batch.gone]
    batch = imports.retire(batch, draw.sample(gone, k=draw.randint(0, len(gone))))
    _, changes = imports.apply_batch(batch)
    return changes


def bring(workspace: Workspace, draw: random.Random) -> object:
    return _brought(workspace, draw, _roster(draw))


def bring_two(workspace: Workspace, draw: random.Random) -> object:
    second = _wishes(draw) if draw.random() < 0.6 else _roster(draw)
    return _brought(workspace, draw, _roster(draw), second)


def forget(workspace: Workspace, draw: random.Random) -> object:
    terms = sorted(workspace.imports.own_terms(), key=str)
    return workspace.imports.forget_term(draw.choice(terms)) if terms else None


def form_teams(workspace: Workspace, draw: random.Random) -> object:
    people = workspace.roster.envoys()
    if not people:
        return None
    changes = tuple(
        TeamChange(
            one,
            replace(
                one, team_county=draw.choice(COUNTIES), team_role=draw.choice((LEADER, MEMBER))
            ),
        )
        for one in draw.sample(people, k=min(len(people), draw.randint(1, 4)))
    )
    return workspace.teams.apply(make_proposal(changes))


def plan(workspace: Workspace, draw: random.Random) -> object:
    """Store a version with people of the roster and demands that wait."""
    view = draw.choice(VIEWS)
    own = [envoy.id for envoy in workspace.roster.envoys()]
    people = dict(zip(view.envoys, draw.sample(own, k=min(len(own), 5)), strict=False))
    wishes = [wish.id for wish in workspace.demands.demands()]
    draw.shuffle(wishes)
    info = replace(view.info, id=new_id(), name=draw.choice(("甲", "乙")))
    return workspace.planning.store(
        replace(view, info=info, visits=_visits(view, people, wishes)), {"days": []}
    )


def _visits(view: PlanView, people: dict[str, str], wishes: list[str]) -> tuple[object, ...]:
    left = iter(wishes)
    return tuple(
        replace(
            visit,
            demand_id=next(left, None),
            roles=tuple(
                replace(role, envoys=tuple(people.get(key, key) for key in role.envoys))
                for role in visit.roles
            ),
        )
        for visit in view.visits
    )


def publish(workspace: Workspace, draw: random.Random) -> object:
    drafts = [item for item in workspace.planning.plans() if item.state is PlanState.DRAFT]
    return workspace.planning.publish(draw.choice(drafts).id) if drafts else None


def load_sample(workspace: Workspace, draw: random.Random) -> object:
    return workspace.sample.load(draw.randint(1, 3)) if workspace.is_empty else None


COMMANDS: dict[str, Action] = {
    "add envoys": add_envoys,
    "save an envoy": save_envoy,
    "add demands": add_demands,
    "decide on demands": decide,
    "set days": set_days,
    "import": bring,
    "import two": bring_two,
    "forget a word": forget,
    "apply teams": form_teams,
    "plan": plan,
    "publish": publish,
}
