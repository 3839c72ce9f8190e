"""The child that sets one document with typst: JSON on its standard input, PDF on its output.

A process of its own, because typst keeps what it has ever laid out (60 to 100 MiB for each new
document) and has no way to let go of it.
"""

from __future__ import annotations

import json
import sys

import typst

from resources import resource_path

REFUSED = 3
"""Exit code where typst refuses; why is on the standard error."""


def main() -> int:
    """Set the document whose `template` and `data` (JSON as text) are told; the exit code."""
    told = json.load(sys.stdin.buffer)
    folder = resource_path("documents")
    try:
        made = typst.Compiler(root=str(folder)).compile(
            input=str(folder / told["template"]),
            format="pdf",
            sys_inputs={"data": told["data"]},
            # Tags for screen readers make the file nine times as large; this is for paper.
            pdf_tags=False,
        )
    except RuntimeError as error:  # a TypstError, or a file that is not there
        sys.stderr.write(str(error))
        return REFUSED
    if isinstance(made, bytes):
        sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
