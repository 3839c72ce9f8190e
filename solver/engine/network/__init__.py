"""Instances that are a network: who does what is a minimum-cost flow.

Visits tie envoys together through their starts, and an envoy's days through tours. Where neither
matters (one seat per visit, or starts that are settled, or time enough to keep visits apart; no
travel that two visits of a day could share) the seats are filled by a flow

    envoys -> weeks -> slots -> seats of visits -> coverage rules

with convex costs: fairness, in which every visit more costs no less than the one before, on the
side of the envoys, and what the upper tiers ask for on the side of the visits. Its prices, put into
a relaxation that needs no solver, prove the plan (`solver.engine.network.proof`).
"""
