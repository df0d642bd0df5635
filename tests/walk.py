"""Random walks through the register, beside a model of it in plain Python."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random

import pandas as pd

from geo import rights
from geo.approval import approve, held_edits, reject, withdraw
from geo.door import DEFAULT_POLICY, submit
from geo.edits import Edit, Row, edit_of, frame_of
from geo.errors import AccessError, ConflictError, GeoError, StoreError
from geo.policy import at_least
from geo.replay import differences
from geo.rights import Actor
from geo.schema import TABLES
from geo.store import Store
from geo.undoing import undo
from tests.conftest import toy_tables
from tests.region import ADMIN, CITY, DAIMIAO, DAIYUE, SHANKOU, TAISHAN, TODAY, rows_by_key

ACTORS = (CITY, CITY, ADMIN, TAISHAN, TAISHAN, TAISHAN, DAIYUE, DAIYUE, DAIMIAO, SHANKOU)
WALKED = ("venues", "promoters", "promoter_villages", "routes", "route_stops")
TOWNSHIPS = ("370902001000", "370902001000", "370902002000", "370911101000", None)
VILLAGES = ("370902001001", "370902002001", "370911101001")
# What each account is mostly busy with.
OWN = {
    "taishan": (TOWNSHIPS[:3], VILLAGES[:2]), "daimiao": (TOWNSHIPS[:2], VILLAGES[:1]),
    "daiyue": (TOWNSHIPS[3:4], VILLAGES[2:]), "shankou": (TOWNSHIPS[3:4], VILLAGES[2:]),
}  # fmt: skip

Place = tuple[str, tuple]
Present = dict[Place, Row]


@dataclass
class Waiting:
    """A held edit as the model knows it."""

    submission: int
    login: str
    needs: str
    edit: Edit


@dataclass
class Model:
    """What the register should hold: the rows, what waits, and what each submission did."""

    present: Present
    waiting: dict[int, Waiting] = field(default_factory=dict)
    done: dict[int, list[Edit]] = field(default_factory=dict)
    authors: dict[int, str] = field(default_factory=dict)

    def refused(self, actor: Actor, edits: list[Edit]) -> bool:
        """Say whether the actor may not make one of the edits."""
        if at_least(actor.role, "city"):
            return False
        frames = {
            name: frame_of(name, [row for (table, _), row in self.present.items() if table == name])
            for name in rights.PLACE_TABLES
        }
        places = rights.with_edits(rights.places_of(frames, as_of=TODAY), edits)
        for edit in edits:
            stored = self.present.get((edit.table, edit.key))
            if rights.refusal(actor, edit, places):
                return True
            if stored and not rights.covers(actor, edit.table, stored, places):
                return True
        return False

    def after(self, edits: list[Edit]) -> Present:
        """Return the rows as they are once the edits are in force."""
        rows = dict(self.present)
        for edit in edits:
            rows.pop((edit.table, edit.key), None)
            if edit.after is not None:
                rows[edit.table, edit.key] = edit.after
        return rows

    def put(self, submission: int, login: str, edits: list[Edit]) -> None:
        """Put edits in force."""
        self.present = self.after(edits)
        self.done.setdefault(submission, []).extend(edits)
        self.authors.setdefault(submission, login)


def empty_lists() -> dict[str, pd.DataFrame]:
    """Return the toy region's lists of areas; the tables that are walked in are empty."""
    return {n: f.head(0) if n in WALKED else f for n, f in toy_tables().items()}


def broken(rows: Present) -> list[tuple[Place, Place]]:
    """Return (row, what it refers to and is not there)."""
    return [
        ((table, key), (column.refers_to, (row[column.name],)))
        for (table, key), row in rows.items()
        for column in TABLES[table].columns
        if column.refers_to
        and row[column.name] is not None
        and (column.refers_to, (row[column.name],)) not in rows
    ]


def random_row(random: Random, table: str, login: str = "") -> Row:
    """Return a row of a small pool, mostly in the place of an account."""
    townships, villages = TOWNSHIPS, VILLAGES
    if login in OWN and random.random() < 0.8:
        townships, villages = OWN[login]
    venue, route = f"v{random.randint(1, 4)}", f"t{random.randint(1, 2)}"
    person = f"q{random.randint(1, 3)}"
    given = {
        "venues": {"venue_id": venue, "name": random.choice("甲乙"), "kind": "station",
                   "status": "open", "position_precision": "unknown",
                   "township_code": random.choice(townships),
                   "phone": random.choice(["1", "2", None]),
                   "lon": random.choice([0.1 + 0.2, None]),
                   "opened_on": random.choice([date(2025, 1, 1), None]),
                   "demo": random.choice([True, False, None, None])},
        "promoters": {"promoter_id": person, "name": random.choice("丙丁"),
                      "township_code": random.choice(townships),
                      "duty": random.choice(["a", None]), "demo": random.random() < 0.2},
        "promoter_villages": {"promoter_id": person, "village_code": random.choice(villages)},
        "routes": {"route_id": route, "name": random.choice("戊己"), "status": "ready",
                   "intro": random.choice(["x", None])},
        "route_stops": {"route_id": route, "stop_no": random.randint(1, 2), "name": "站",
                        "venue_id": random.choice([venue, venue, None]),
                        "stay_min": random.choice([30, None])},
    }[table]  # fmt: skip
    return {name: given.get(name) for name in TABLES[table].names}


class Walk:
    """One random walk: what is done to the store is done to the model, and both compared."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.random = store, Random(seed)
        self.model = Model(self.stored())
        self.taken: Counter[str] = Counter()

    def stored(self) -> Present:
        """Return the rows of the store."""
        tables = rows_by_key(self.store.read_many())
        return {(name, key): row for name, rows in tables.items() for key, row in rows.items()}

    def step(self) -> None:
        """Do something, and compare."""
        actions = {self.hand_in: 10, self.decide: 7, self.take_back: 4, self.clear_demo: 1,
                   self.replace: 1}  # fmt: skip
        action = self.random.choices([*actions], [*actions.values()])[0]
        try:
            told = action()
        except GeoError as error:
            raise AssertionError(f"{action.__name__} raised {error.code}: {error}") from error
        self.taken[f"{action.__name__} {told}"] += 1
        assert self.stored() == self.model.present
        assert differences(self.store) == []
        held = held_edits(self.store, actor=CITY, today=TODAY)
        assert {one.held_id: one.edit for one in held} == {
            number: waiting.edit for number, waiting in self.model.waiting.items()
        }

    # --- submissions ------------------------------------------------------------------

    def random_edits(self, login: str) -> list[Edit]:
        """Return a few edits, now and then of rows that were never so."""
        edits = []
        for _ in range(self.random.choice([1, 1, 2, 3])):
            table = self.random.choice(WALKED)
            row = random_row(self.random, table, login)
            place = (table, tuple(row[name] for name in TABLES[table].key))
            seen = self.model.present.get(place)
            if self.random.random() < 0.1:
                seen = random_row(self.random, table) | {n: row[n] for n in TABLES[table].key}
            if seen is not None and self.random.random() < 0.25:
                row = None
            elif seen is not None and self.random.random() < 0.7:  # few fields at a time
                names = TABLES[table].names
                names = self.random.sample(names, min(5, len(names)))
                row = seen | {name: row[name] for name in names}
            edits.append(edit_of(table, seen, row))
        return edits

    def hand_in(self) -> str:
        """Hand in edits as anybody."""
        model, actor = self.model, self.random.choice(ACTORS)
        edits = self.random_edits(actor.login)
        real = [edit for edit in edits if edit.before != edit.after]
        conflicts = [
            (edit, model.present.get((edit.table, edit.key)))
            for edit in real
            if model.present.get((edit.table, edit.key)) != edit.before
        ]
        now = [edit for edit in real if not DEFAULT_POLICY.approver(actor.role, edit.table)]
        try:
            outcome = submit(self.store, edits, actor=actor, today=TODAY)
        except AccessError:
            assert model.refused(actor, real)
            return "refused"
        except ConflictError as error:
            assert error.conflicts == conflicts
            return "conflict"
        except StoreError:
            twice = len({(edit.table, edit.key) for edit in real}) < len(real)
            assert twice or broken(model.after(now))
            return "broken"
        assert not model.refused(actor, real) and not conflicts and not broken(model.after(now))
        assert (outcome.applied, outcome.held) == (len(now), len(real) - len(now))
        if not real:
            return "nothing"
        model.put(outcome.submission_id, actor.login, now)
        self.hold(outcome.submission_id, actor, [edit for edit in real if edit not in now])
        return "done" if now else "held"

    def hold(self, submission: int, actor: Actor, edits: list[Edit]) -> None:
        """Let edits wait; their numbers are the store's."""
        found = held_edits(self.store, actor=CITY, today=TODAY, submission_id=submission)
        assert [held.edit for held in found] == edits
        for held in found:
            needs = DEFAULT_POLICY.approver(actor.role, held.edit.table)
            self.model.waiting[held.held_id] = Waiting(submission, actor.login, needs, held.edit)

    # --- review -----------------------------------------------------------------------

    def decide(self) -> str:
        """Approve, reject or withdraw something that waits, as anybody."""
        model, actor = self.model, self.random.choice(ACTORS)
        if not model.waiting:
            return "nothing"
        ids = self.random.sample([*model.waiting], min(len(model.waiting), 2))
        chosen = [model.waiting[number] for number in sorted(ids)]
        edits = [one.edit for one in chosen]
        out_of_reach = any(not at_least(actor.role, one.needs) for one in chosen)
        how = self.random.choice(["approve", "approve", "overwrite", "reject", "withdraw"])
        if how == "withdraw":
            own = all(one.login == actor.login for one in chosen) or at_least(actor.role, "city")
            try:
                withdraw(self.store, ids, actor=actor)
            except AccessError:
                assert not own
                return "refused"
            assert own
        elif how == "reject":
            try:
                reject(self.store, ids, actor=actor, today=TODAY, reason="不对")
            except AccessError:
                assert out_of_reach or model.refused(actor, edits)
                return "refused"
            assert not out_of_reach and not model.refused(actor, edits)
        else:
            told = self.approve(ids, chosen, actor, overwrite=how == "overwrite")
            if told:
                return told
        for number in ids:
            del model.waiting[number]
        return how

    def approve(
        self, ids: list[int], chosen: list[Waiting], actor: Actor, *, overwrite: bool
    ) -> str:
        """Approve; return why it was refused, if so."""
        model, rows, conflicts = self.model, dict(self.model.present), []
        put: dict[int, list[Edit]] = {}
        for one in chosen:
            edit, place = one.edit, (one.edit.table, one.edit.key)
            present = rows.get(place)
            after = rebased(edit, present, overwrite=overwrite)
            if after == "conflict":
                conflicts.append((edit, present))
            elif after != present:
                put.setdefault(one.submission, []).append(Edit(*place, present, after))
                rows.pop(place, None)
                if after is not None:
                    rows[place] = after
        refused = model.refused(actor, [one.edit for one in chosen]) or any(
            not at_least(actor.role, one.needs) for one in chosen
        )
        try:
            outcome = approve(self.store, ids, actor=actor, today=TODAY, overwrite=overwrite)
        except AccessError:
            assert refused
            return "refused"
        except ConflictError as error:
            assert error.conflicts == conflicts
            return "conflict"
        except StoreError:
            assert broken(rows)
            return "broken"
        assert not refused and not conflicts and not broken(rows)
        assert outcome.applied == sum(map(len, put.values()))
        for submission, edits in put.items():
            model.put(submission, "", edits)
        for one in chosen:
            model.authors.setdefault(one.submission, one.login)
        return ""

    # --- undo, and the program's own writes ----------------------------------------------

    def take_back(self) -> str:
        """Undo a submission of anybody, as the city or a steward."""
        model = self.model
        known = sorted({*model.done, *(one.submission for one in model.waiting.values())})
        if not known:
            return "nothing"
        number, later = self.random.choice(known), self.random.choice(
            ["refuse", "keep", "overwrite"])  # fmt: skip
        actor = self.random.choice([CITY, CITY, TAISHAN, DAIYUE])
        edits, blocked = undoing(model, number, later)
        now = [edit for edit in edits if not DEFAULT_POLICY.approver(actor.role, edit.table)]
        waiting = [n for n, one in model.waiting.items() if one.submission == number]
        stands = bool(blocked) and later == "refuse"
        try:
            done = undo(self.store, number, actor=actor, today=TODAY, later=later)
        except AccessError:
            touched = [
                *edits, *(Edit(*place, model.present.get(place), None) for place in blocked),
                *(model.waiting[n].edit for n in waiting),
            ]  # fmt: skip
            assert actor is not CITY and (model.refused(actor, touched) or blocked)
            return "refused"
        except StoreError:
            assert not stands and broken(model.after(now))
            return "broken"
        assert {(one.table, one.key) for one in done.blocked} == blocked
        assert done.withdrawn == len(waiting)
        if stands:
            assert done.submission_id is None
            return "blocked"
        assert (done.applied, done.held) == (len(now), len(edits) - len(now))
        assert not model.refused(actor, edits) and not broken(model.after(now))
        if edits:
            model.put(done.submission_id, actor.login, now)
            held = [edit for edit in edits if edit not in now]
            found = held_edits(
                self.store, actor=CITY, today=TODAY, submission_id=done.submission_id
            )
            order = {(one.edit.table, one.edit.key): n for n, one in enumerate(found)}
            held.sort(key=lambda edit: order[edit.table, edit.key])
            self.hold(done.submission_id, actor, held)
        for held_id in waiting:
            del model.waiting[held_id]
        return later

    def clear_demo(self) -> str:
        """Remove the demonstration rows."""
        model, edits = self.model, []
        demo = {place for place, row in model.present.items() if row.get("demo")}
        for (table, key), row in model.present.items():
            ties = [c for c in TABLES[table].columns
                    if c.refers_to and (c.refers_to, (row[c.name],)) in demo]  # fmt: skip
            if (table, key) in demo or any(column.required for column in ties):
                edits.append(Edit(table, key, row, None))
            elif ties:
                edits.append(Edit(table, key, row, row | {c.name: None for c in ties}))
        gone = Counter(edit.table for edit in edits if edit.after is None)
        assert self.store.delete_demo() == gone
        if edits:
            model.put(self.last_submission(), "system", edits)
        return "done" if edits else "nothing"

    def replace(self) -> str:
        """Put other routes in the place of those that are there."""
        model = self.model
        rows = {("routes", (row["route_id"],)): row
                for row in (random_row(self.random, "routes") for _ in range(2))}  # fmt: skip
        old = {place: row for place, row in model.present.items()
               if place[0] in {"routes", "route_stops"}}  # fmt: skip
        self.store.replace({
            "routes": frame_of("routes", list(rows.values())),
            "route_stops": frame_of("route_stops", []),
        })  # fmt: skip
        edits = [
            Edit(*place, old.get(place), rows.get(place))
            for place in {**old, **rows}
            if old.get(place) != rows.get(place)
        ]
        if edits:
            model.put(self.last_submission(), "system", edits)
        return "done"

    def last_submission(self) -> int:
        """Return the number of the newest submission."""
        with self.store.reading() as connection:
            query = "SELECT max(submission_id) FROM submissions"
            return int(connection.exec_driver_sql(query).scalar_one())


def rebased(edit: Edit, present: Row | None, *, overwrite: bool) -> Row | str | None:
    """Return what a row becomes by an edit made from another version of it, or "conflict"."""
    if present in (edit.before, edit.after):
        return edit.after
    if edit.before is None or edit.after is None or present is None:
        return edit.after if overwrite else "conflict"
    mine = {name for name in edit.after if edit.after[name] != edit.before[name]}
    theirs = {name for name in present if present[name] != edit.before[name]}
    same = {name for name in mine & theirs if present[name] == edit.after[name]}
    if (mine & theirs) - same and not overwrite:
        return "conflict"
    return {**present, **{name: edit.after[name] for name in mine}}


def undoing(model: Model, number: int, later: str) -> tuple[list[Edit], set[Place]]:
    """Return the edits that take a submission back, and the rows that stand in the way."""
    edits: dict[Place, Edit] = {}
    blocked: set[Place] = set()
    for edit in model.done.get(number, []):
        place = (edit.table, edit.key)
        assert place not in edits
        present = model.present.get(place)
        if present == edit.after or present == edit.before:
            back = edit.before
        elif edit.before is not None and edit.after is not None and present is not None:
            mine = [name for name in present if edit.after[name] != edit.before[name]]
            lost = [name for name in mine
                    if present[name] not in (edit.after[name], edit.before[name])]  # fmt: skip
            blocked |= {place} if lost else set()
            kept = set() if later == "overwrite" else set(lost)
            back = present | {name: edit.before[name] for name in mine if name not in kept}
        elif edit.before is None and present is None:
            back = None
        else:
            blocked.add(place)
            takes = later == "overwrite" and (edit.before is None or edit.after is None)
            back = edit.before if takes else present
        if back != present:
            edits[place] = Edit(*place, present, back)
    while True:
        lost = {
            place
            for row, target in broken(model.after(list(edits.values())))
            for place in (row, target)
            if place in edits and (place == row) == (edits[place].after is not None)
        }
        if not lost:
            return list(edits.values()), blocked
        blocked |= lost
        for place in lost:
            del edits[place]


def main(arguments: list[str]) -> int:
    """Walk on SQLite; print one JSON object; 1 if the store and the model part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=10)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    taken: Counter[str] = Counter()
    wrong = []
    for seed in range(given.seed, given.seed + given.walks):
        with tempfile.TemporaryDirectory(prefix="xinghuo-walk-") as name:
            store = Store(f"sqlite:///{name}/store.db")
            store.migrate()
            store.replace(empty_lists())
            walk = Walk(store, seed)
            try:
                for _ in range(given.steps):
                    walk.step()
            except AssertionError as error:
                wrong.append(f"walk {seed}, step {walk.taken.total()}: {str(error)[:500]}")
            taken += walk.taken
            store.close()
    ways = len(taken)
    result = {"walks": given.walks, "steps": taken.total(), "ways": ways, "wrong": wrong}
    print(json.dumps(result, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
