"""Children of our own making, and what is left of processes."""

import json
import sys

import psutil

from solver import check
from solver.process import incumbent_message
from tests.solver.build import DAYS, envoy, held, instance, visit

LOOKS = 400

BEGIN = (
    "import json, os, signal, sys, threading",
    "sys.stdin.readline()",
    "hang = threading.Event().wait",
    'def say(text): os.write(1, text if isinstance(text, bytes) else text.encode() + b"\\n")',
    """say('{"started": true}')""",
)
"""It has read the problem and says so."""


def fake(*lines):
    """The command of a child that runs some lines of Python."""
    return (sys.executable, "-c", "\n".join((*BEGIN, *lines)))


def relay(*lines):
    """The command of a child that works until it has told of a plan, then runs some lines."""
    return (
        sys.executable,
        "-c",
        "\n".join(
            (
                "import os, signal, subprocess, sys, threading",
                "hang = threading.Event().wait",
                "def say(text): os.write(1, text.encode() + b'\\n')",
                "words = [sys.executable, '-m', 'solver.child']",
                "pipes = {'stdin': subprocess.PIPE, 'stdout': subprocess.PIPE}",
                "real = subprocess.Popen(words, **pipes)",
                "real.stdin.write(sys.stdin.buffer.readline())",
                "real.stdin.flush()",
                "for word in (b'incumbent', b'progress'):",
                "    line = b''",
                "    while word not in line[:20]:",
                "        line = real.stdout.readline()",
                "        os.write(1, line)",
                *lines,
            )
        ),
    )


def say(message):
    """The line that makes a child send a message."""
    return f"say({json.dumps(message)!r})"


def case():
    """One visit, two ways to hold it: e1 is at home, e2 is not."""
    return instance([envoy("e1"), envoy("e2", base="B", team="B")], [visit("v")])


GOOD = (held("v", DAYS[0], "AM", ["e1"]),)
WORSE = (held("v", DAYS[0], "AM", ["e2"]),)
BROKEN = (held("v", "2026-12-05", "AM", ["e1"]),)
UNKNOWN = (held("v", DAYS[0], "AM", ["e9"]),)


def plan_message(plan, key="incumbent", **more):
    """A plan with its true score, as a child sends it."""
    data = incumbent_message("tiny", plan, check(case(), plan).score)["incumbent"]
    return {key: data | more}


def tiers(plan=GOOD, **more):
    """The score of a plan by tier, some of them changed."""
    return check(case(), plan).score._asdict() | more


def news(score, bounds, **more):
    """A sign of life."""
    return {"progress": {"seconds": 0.1, "score": score, "bounds": bounds, "phase": "试"} | more}


def offspring():
    """Every process that this one has started, and that they have."""
    return psutil.Process().children(recursive=True)


def assert_gone(processes):
    """All of them end soon; what has ended and waits for its parent to notice counts as gone."""

    def over(process):
        try:
            return process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    # Looks are counted, not seconds: the machine may stand still for this process too.
    alive = [item for item in processes if not over(item)]
    for _ in range(LOOKS):
        psutil.wait_procs(alive, timeout=0.05)
        alive = [item for item in alive if not over(item)]
        if not alive:
            break
    assert alive == []
