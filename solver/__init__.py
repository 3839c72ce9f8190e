"""Pure optimisation: instance in, outcome out. No Qt, no database, no Excel."""
