"""What if: variants of the plan on view, tried by the optimiser and laid side by side."""
