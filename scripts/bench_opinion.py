#!/usr/bin/env python3
"""What the opinion map costs and how good it is, beside a plain pass and beside red-dwarf.

    scripts/bench_opinion.py [--conversations FOLDER] [--red-dwarf PYTHON] [--samples 20] [--million]

Always: planted groups, and CPU on 10,000 people × 300 statements with 450,000 votes. --conversations: a folder with
conversations as Polis exports them (votes.csv.gz, comments.csv, participants-votes.csv), each in a folder: votes
counted as Polis counted them, the groups beside Polis's, how much stays the same when people are drawn again with
replacement. --red-dwarf: a Python that has red-dwarf 0.4, for the same figures of it. --million: 20 million votes of
a million people on a thousand statements from .npz by the command, with its memory.

The plain pass centres the votes sparsely (silence is 0), takes two components by twenty rounds of subspace iteration,
projects, makes as many groups as it is told by k-means, and counts. Everything is CPU, the median of
rounds that take turns (set OMP_NUM_THREADS=1).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.sparse import coo_array, csr_array

ROUNDS, TOP = 5, 10
Columns = tuple[Any, Any, Any]  # participant, statement, vote


@dataclass
class Result:
    """What a method made of one conversation: the group of each participant (−1: none), shared statements, CPU."""

    group: Any
    shared: list[int]
    cpu: float

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.group.max()) + 1


# --- the methods ----------------------------------------------------------------------------------


def plain(columns: Columns, people: int, statements: int, groups: int) -> Any:
    """The floor: what must be done in any case, done plainly."""
    who, what, vote = columns
    votes = coo_array((vote.astype(float), (who, what)), shape=(people, statements)).tocsr()
    number = np.maximum(np.bincount(votes.indices, minlength=statements), 1)
    mean = np.bincount(votes.indices, weights=votes.data, minlength=statements) / number
    centred = csr_array((votes.data - mean[votes.indices], votes.indices, votes.indptr), shape=votes.shape)
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((statements, 2)))[0]
    for _ in range(20):
        basis = np.linalg.qr(centred.T @ (centred @ basis))[0]
    said = np.diff(votes.indptr)
    points = (centred @ basis) * np.sqrt(statements / np.maximum(said, 1))[:, None]
    group = kmeans2(points, groups, minit="++", iter=20, rng=0)[1]
    code = (np.repeat(group, said) * statements + votes.indices) * 3 + votes.data.astype(int) + 1
    np.bincount(code, minlength=groups * statements * 3)
    return group


def ours(columns: Columns, people: int, statements: int, taken_out: set[int], groups: int | None = None) -> Result:
    """The map as the platform draws it."""
    from shangliang.deliberation.opinions.map import draw
    from shangliang.deliberation.opinions.votes import gather

    begun = process_time()
    drawn = draw(gather(*columns, range(people), range(statements)), taken_out, groups)
    cpu = process_time() - begun
    order = np.argsort(-drawn.consensus, kind="stable")
    return Result(drawn.group.astype(int), [int(at) for at in order if drawn.used[at]][:TOP], cpu)


def red_dwarf(python: str, columns: Columns, people: int, taken_out: set[int], groups: int | None = None) -> Result:
    """The same conversation by red-dwarf, in its own Python."""
    with tempfile.TemporaryDirectory() as folder:
        np.savez(f"{folder}/votes.npz", who=columns[0], what=columns[1], vote=columns[2], out=sorted(taken_out))
        command = [python, __file__, "--as-red-dwarf", f"{folder}/votes.npz", str(groups or 0)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    group = np.full(people, -1)
    group[told["people"]] = told["group"]
    return Result(group, told["shared"], told["cpu"])


def as_red_dwarf(path: str, groups: int) -> None:
    """In the other Python: run red-dwarf and print what `red_dwarf` reads."""
    from reddwarf.implementations.polis import run_pipeline

    file = np.load(path)
    votes = [
        {"participant_id": int(who), "statement_id": int(what), "vote": int(vote), "modified": at}
        for at, (who, what, vote) in enumerate(zip(file["who"], file["what"], file["vote"], strict=True))
    ]
    out = [int(one) for one in file["out"]]
    begun = process_time()
    result = run_pipeline(votes=votes, mod_out_statement_ids=out, force_group_count=groups or None, random_state=0)
    cpu = process_time() - begun
    placed = result.participants_df["cluster_id"].dropna()
    agree = {int(name): value for name, value in result.group_aware_consensus["agree"].items() if name not in out}
    shared = sorted(agree, key=lambda name: -agree[name])[:TOP]
    people, group = [int(one) for one in placed.index], [int(one) for one in placed]
    print(json.dumps({"people": people, "group": group, "shared": shared, "cpu": cpu}))


# --- judging --------------------------------------------------------------------------------------


def likeness(one: Any, other: Any) -> float:
    """The adjusted Rand index of two divisions of the same people (Hubert, Arabie 1985)."""
    rows, columns = (np.unique(labels, return_inverse=True)[1] for labels in (one, other))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)

    def pairs(number: Any) -> float:
        return float((number * (number - 1) / 2).sum())

    both, left, right = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    by_chance = left * right / pairs(np.array([len(rows)]))
    return (both - by_chance) / ((left + right) / 2 - by_chance) if left + right > 2 * by_chance else 1.0


def again(
    columns: Columns, people: int, samples: int, method: Callable[[Columns], Result], whole: Result
) -> tuple[float, float]:
    """How alike the groups, and how many of the shared statements stay, when people are drawn with replacement."""
    chance = np.random.default_rng(7)
    by_person = coo_array((columns[2].astype(float) + 2, columns[:2])).tocsr()  # + 2: a pass must not be nothing
    alike, kept = [], []
    for _ in range(samples):
        drawn = np.sort(chance.integers(0, people, people))
        table = by_person[drawn].tocoo()
        columns = (table.row.astype(np.int32), table.col.astype(np.int32), (table.data - 2).astype(np.int8))
        result = method(columns)
        both = (result.group >= 0) & (whole.group[drawn] >= 0)
        alike.append(likeness(whole.group[drawn][both], result.group[both]))
        kept.append(len({*result.shared} & {*whole.shared}))
    return float(np.mean(alike)), float(np.mean(kept))


# --- conversations --------------------------------------------------------------------------------


@dataclass
class Conversation:
    """One that Polis held: votes as positions, and what Polis said of them."""

    name: str
    columns: Columns
    people: int
    statements: int
    taken_out: set[int]
    theirs: Any  # Polis's group of each participant, −1 where none
    counts_differ: int  # participants whose votes Polis counted otherwise


def conversations(folder: Path) -> Iterator[Conversation]:
    """Those in the folders of `folder`."""
    from shangliang.deliberation.opinions.files import open_text, read_statements, read_votes

    for path in sorted(one for one in folder.iterdir() if (one / "votes.csv.gz").exists()):
        with open_text(path / "comments.csv") as file:
            statements = read_statements(file, print)
        with open_text(path / "votes.csv.gz") as file:
            votes = read_votes(file, statements, print)
        with (path / "participants-votes.csv").open(newline="") as file:
            told = {int(row["participant"]): row for row in csv.DictReader(file)}
        table = votes.matrix.tocoo()
        people = len(votes.participants)
        agree, disagree = (np.bincount(table.row[table.data == one], minlength=people) for one in (1, -1))
        rows = [told[int(person)] for person in votes.participants]
        yield Conversation(
            path.name,
            (table.row.astype(np.int32), table.col.astype(np.int32), table.data),
            people,
            len(votes.statements),
            {at for at, name in enumerate(votes.statements) if statements.get(name)},
            np.array([int(row["group-id"] or -1) for row in rows]),
            sum(
                (int(row["n-agree"]), int(row["n-disagree"])) != (agree[at], disagree[at])
                for at, row in enumerate(rows)
            )
            + len(told.keys() ^ set(votes.participants)),
        )


def judge(one: Conversation, python: str | None, samples: int) -> None:
    """A line of the table for each method."""
    number = int(one.theirs.max()) + 1
    methods: dict[str, Callable[[Columns, int | None], Result]] = {
        "ours": lambda columns, groups: ours(columns, one.people, one.statements, one.taken_out, groups)
    }
    if python:
        methods["red-dwarf"] = lambda columns, groups: red_dwarf(python, columns, one.people, one.taken_out, groups)
    free = {}
    for name, method in methods.items():
        told, free[name] = method(one.columns, number), method(one.columns, None)
        grouped = one.theirs >= 0
        both = grouped & (told.group >= 0)
        at_theirs = likeness(one.theirs[grouped], told.group[grouped])
        placed = likeness(one.theirs[both], told.group[both])
        at_own = likeness(one.theirs[grouped], free[name].group[grouped])
        alike, kept = again(
            one.columns, one.people, samples, lambda columns, run=method: run(columns, None), free[name]
        )
        cpu = median(method(one.columns, None).cpu for _ in range(ROUNDS if name == "ours" else 1))
        sizes = np.bincount(free[name].group[free[name].group >= 0]).tolist()
        print(
            f"| {one.name} | {name} | {one.counts_differ} | {number} | {at_theirs:.2f} ({placed:.2f}) "
            f"| {sizes} | {at_own:.2f} | {alike:.2f} | {kept:.1f} | {cpu * 1000:.0f} |",
            flush=True,
        )
    floor = median(timed(lambda: plain(one.columns, one.people, one.statements, number)) for _ in range(ROUNDS))
    grouped = one.theirs >= 0
    alike = likeness(one.theirs[grouped], plain(one.columns, one.people, one.statements, number)[grouped])
    common = len({*free["ours"].shared} & {*free["red-dwarf"].shared}) if python else "–"
    print(
        f"|   | the plain pass: {floor * 1000:.0f} ms, likeness {alike:.2f}; shared statements in common: {common} of {TOP} |",
        flush=True,
    )


# --- invented votes -------------------------------------------------------------------------------


def planted(people: int, statements: int, votes: int, groups: int, seed: int = 0) -> tuple[Columns, Any]:
    """Votes of people of some minds: on each statement a group agrees with odds of 1, 5 or 9 in 10, a tenth pass."""
    chance = np.random.default_rng(seed)
    if votes < 1_000_000:  # red-dwarf wants no pair twice
        pairs = chance.choice(people * statements, votes, replace=False)
    else:
        pairs = chance.integers(0, people * statements, votes)
    who, what = (part.astype(np.int32) for part in np.divmod(pairs, statements))
    mind = chance.integers(0, groups, people)
    odds = chance.choice(np.array([0.09, 0.45, 0.81], np.float32), size=(groups, statements))
    said = chance.random(votes, dtype=np.float32)
    vote = np.where(said < odds[mind[who], what], 1, np.where(said < 0.9, -1, 0)).astype(np.int8)
    return (who, what, vote), mind


def timed(run: Callable[[], object]) -> float:
    """CPU seconds."""
    begun = process_time()
    run()
    return process_time() - begun


def judge_planted() -> None:
    """Likeness to the planted groups, and how many were found."""
    print("\n| planted groups | people × statements, votes | found | likeness |\n| --- | --- | --- | --- |")
    for people, statements, votes in ((500, 60, 15_000), (2000, 200, 80_000)):
        for groups in (2, 3, 4, 5):
            columns, mind = planted(people, statements, votes, groups)
            result = ours(columns, people, statements, set())
            placed = result.group >= 0
            like = likeness(mind[placed], result.group[placed])
            print(f"| {groups} | {people} × {statements}, {votes:,} | {result.groups} | {like:.2f} |")


def judge_speed(python: str | None) -> None:
    """CPU beside the plain pass on 10,000 × 300."""
    people, statements = 10_000, 300
    columns, _ = planted(people, statements, 450_000, 3)
    times = [
        (
            timed(lambda: plain(columns, people, statements, 3)),
            timed(lambda: ours(columns, people, statements, set())),
        )
        for _ in range(ROUNDS)
    ]
    floor, map_ = (median(column) for column in zip(*times, strict=True))
    print(f"\n10,000 × 300, 450,000 votes: ours {map_:.3f} s, the plain pass {floor:.3f} s, {map_ / floor:.2f} times")
    if python:
        print(f"red-dwarf {red_dwarf(python, columns, people, set()).cpu:.2f} s")


def judge_million() -> None:
    """The command on twenty million votes, and the plain pass on the same."""
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a child's peak of memory begins with its parent's.
        told = subprocess.run(
            [sys.executable, __file__, "--invent", folder], check=True, capture_output=True, text=True
        )
        files = [f"{folder}/{name}" for name in ("votes.npz", "comments.csv", "map.json")]
        command = [str(Path(sys.executable).with_name("shangliang")), "opinion-map", *files[:2], "--out", files[2]]
        begun = perf_counter()
        _, status, spent = os.wait4(subprocess.Popen(command).pid, 0)
        wall = perf_counter() - begun
    if status:
        raise SystemExit("the command failed")
    print(
        f"1,000,000 × 1,000, 20,000,000 votes by the command: {wall:.1f} s, CPU {spent.ru_utime + spent.ru_stime:.1f} s, "
        f"{spent.ru_maxrss / 1024:.0f} MiB; the plain pass, reading and writing nothing, CPU {told.stdout.strip()} s"
    )


def invent(folder: str) -> None:
    """Write the twenty million votes, and print the CPU of the plain pass on them."""
    people, statements = 1_000_000, 1000
    columns, _ = planted(people, statements, 20_000_000, 3)
    np.savez(f"{folder}/votes.npz", **dict(zip(("participant", "statement", "vote"), columns, strict=True)))
    Path(folder, "comments.csv").write_text("comment-id\n" + "".join(f"{at}\n" for at in range(statements)))
    print(f"{timed(lambda: plain(columns, people, statements, 3)):.1f}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=Path, metavar="FOLDER")
    parser.add_argument("--red-dwarf", metavar="PYTHON")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--as-red-dwarf", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--invent", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_red_dwarf:
        as_red_dwarf(options.as_red_dwarf[0], int(options.as_red_dwarf[1]))
        return
    if options.invent:
        invent(options.invent)
        return
    if options.conversations:
        print("Likeness is the adjusted Rand index to Polis's groups; in brackets among those placed by both.\n")
        print(
            "| conversation | method | counts that differ | Polis's groups | likeness with as many | own groups", end=""
        )
        print(" | likeness | likeness drawn again | shared statements kept of 10 | CPU ms |")
        print("| --- " * 10 + "|")
        for one in conversations(options.conversations):
            judge(one, options.red_dwarf, options.samples)
    judge_planted()
    judge_speed(options.red_dwarf)
    if options.million:
        judge_million()


if __name__ == "__main__":
    main()
