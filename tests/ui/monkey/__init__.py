"""A monkey at the window: random but possible input, and what must hold whatever it does."""
