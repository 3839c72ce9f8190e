"""Planning from the window: what is asked for, how the search goes, what came out."""
