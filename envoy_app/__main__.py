"""`python -m envoy_app`: the same as the `envoy` command."""

from __future__ import annotations

import multiprocessing
import sys

from envoy_app.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
