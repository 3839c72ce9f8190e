"""Documents on paper: a plan becomes plain data, the data becomes a PDF through typst."""
