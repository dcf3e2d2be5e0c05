#!/usr/bin/env python3
"""How near the fast roster comes to the best one, and how long both take.

    .venv/bin/python scripts/bench_roster.py [--cases 20] [--first 1]

The cases are those of tests/studios/cases.py. The best one comes from OR-Tools (extra `roster`), which
stops after 30 seconds; it is best for certain where the last column says so.
"""

# ruff: noqa: E402 (Django has to be set up between two imports)
from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
django.setup()

from shangliang.studios import roster, roster_optimal
from shangliang.studios.roster_question import Question
from tests.studios.cases import case

HEAD = "case people shifts seats | empty wishes spread seconds | empty wishes spread seconds proved"
ROW = "{:4} {:6} {:6} {:5} | {:5} {:6} {:6} {:7.2f} | {:5} {:6} {:6} {:7.1f} {}"


def main() -> None:
    """Print one line for each case: the fast roster left, the best one right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    print(f"{'':28}fast{'':26}best")
    print(HEAD)
    for seed in range(asked.first, asked.first + asked.cases):
        one = case(seed)
        start = time.perf_counter()
        question = Question.ask(one.people, one.pairs, one.shifts)
        fast = roster.solve(question)
        between = time.perf_counter()
        best, proved = roster_optimal.solve(question)
        end = time.perf_counter()
        size = (seed, len(one.people), len(one.shifts), sum(question.seats))
        left = (question.unfilled(fast), len(question.unmet(fast)), question.spread(fast), between - start)
        right = (question.unfilled(best), len(question.unmet(best)), question.spread(best), end - between)
        print(ROW.format(*size, *left, *right, "yes" if proved else "no"), flush=True)


if __name__ == "__main__":
    main()
