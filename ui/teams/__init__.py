"""县团: who is on which county's team, moved by hand or by the optimiser's proposal."""
