"""The four tiers of the score as the optimiser prices and models them."""
