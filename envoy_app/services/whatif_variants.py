"""Puts variants in people's terms into edits of the instance, and supposed people on cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from envoy_app.domain.errors import InputError
from envoy_app.domain.plans import EnvoyCard
from envoy_app.domain.whatif import WhatIf
from envoy_app.services.presets import WEIGHTS
from solver import whatif

Name = Callable[[str], str]


def variant_of(item: WhatIf, counties: Mapping[str, str], specialty: Name) -> whatif.Variant:
    """Return the optimiser's variant; raises InputError where it changes nothing.

    `counties` are names by code; names are needed where the variant has none of its own.
    """
    edits = tuple(_edits(item))
    if not edits:
        raise InputError(f"改法“{item.name or '未命名'}”没有改动任何东西，请至少改一项。")
    named = (item.sharing_county, *(expert.county for expert in item.experts))
    unknown = [county for county in named if county is not None and county not in counties]
    if unknown:
        raise InputError(f"没有编号为“{unknown[0]}”的县，请重新选择。")
    name = item.name.strip() or "，".join(_words(item, counties, specialty))
    return whatif.Variant(name, edits)


def _edits(item: WhatIf) -> Iterator[whatif.Edit]:
    if item.preset is not None:
        yield whatif.SetWeights(**WEIGHTS[item.preset])
    if item.widen_sharing:
        who = {"county": item.sharing_county, "specialty": item.sharing_specialty}
        yield whatif.WidenSharing(**who, steps=item.widen_sharing)
    for expert in item.experts:
        yield whatif.AddExpert(expert.county, expert.specialty, expert.level, expert.count)
    if item.more_slots_week:
        yield whatif.RaiseLimits(week=item.more_slots_week)
    if item.more_hosts:
        yield whatif.RaiseHosts(by=item.more_hosts)
    if item.wider_windows:
        yield whatif.WidenWindows(days=item.wider_windows)


def _words(item: WhatIf, counties: Mapping[str, str], specialty: Name) -> Iterator[str]:
    if item.preset is not None:
        yield item.preset.value
    if item.widen_sharing:
        whose = "" if item.sharing_county is None else counties[item.sharing_county]
        whose += "" if item.sharing_specialty is None else specialty(item.sharing_specialty)
        yield f"{whose}共享放宽{'一级' if item.widen_sharing == 1 else '两级'}"
    for expert in item.experts:
        yield f"{counties[expert.county]}增加 {expert.count} 名{specialty(expert.specialty)}特派员"
    if item.more_slots_week:
        yield f"每周多 {item.more_slots_week} 个半天"
    if item.more_hosts:
        yield f"各县多接待 {item.more_hosts} 次"
    if item.wider_windows:
        yield f"时间放宽 {item.wider_windows} 天"


def supposed_cards(
    outcome: whatif.Outcome, known: Mapping[str, EnvoyCard], specialty: Name
) -> dict[str, EnvoyCard]:
    """Return cards of the envoys of an outcome who are not in the roster."""
    cards: dict[str, EnvoyCard] = {}
    for envoy in outcome.instance.envoys:
        if envoy.id not in known:
            skill = next(iter(envoy.specialties))
            cards[envoy.id] = EnvoyCard(
                id=envoy.id,
                name=f"设想的{specialty(skill)}特派员{len(cards) + 1}",
                organisation="",
                phone="",
                title="",
                base_county=envoy.base,
                team_county=envoy.team,
                max_slots_week=envoy.max_slots_per_week,
                max_slots_month=envoy.max_slots_total,
                specialties=tuple(envoy.specialties),
            )
    return cards
