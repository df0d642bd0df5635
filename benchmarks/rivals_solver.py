"""
OR-Tools (CP-SAT) and VROOM on the days of a class, run in an environment of their own.

    python rivals_solver.py < asked.json > answered.json

Asked is `{"solver": "cp_sat" | "vroom", "seconds": 10, "days": [...]}`; a day has `stops`
(`stay`, `windows` as [first, last] minute of its beginning, `value`, `themes`, `fee`, `feeds`),
`travel` as a square whose last two places are start and end, `start`, `back`, and for CP-SAT
`lunch` as [opens, closes, minutes, picnic] or null, `walk` or null, `walk_limit`, `budget` or
null, `variety`. Answered is a list of `{"value", "travel", "proven", "seconds"}`; `value` is null
where no tour was found. Knows nothing of the project; imports the two packages alone.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from typing import Any

Answer = dict[str, Any]
Asked = dict[str, Any]

MOST_TRAVEL = 10_000  # above the travel of any tour: value first, travel second


def cp_sat(day: Asked, seconds: float) -> Answer:
    """Return the best tour that CP-SAT finds: a circuit with stops that may be left out."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    stops, travel, late = day["stops"], day["travel"], 2 * 1440
    n = len(stops)
    seen = [model.new_bool_var("") for _ in stops]
    begins = [model.new_int_var(0, late, "") for _ in stops]
    comes = [model.new_int_var(0, late, "") for _ in stops]
    leaves = [model.new_int_var(0, late, "") for _ in stops]
    sets_out = model.new_int_var(day["start"], day["back"], "")
    returns = model.new_int_var(0, day["back"], "")
    for at, stop in enumerate(stops):
        model.add(begins[at] >= comes[at])
        model.add(leaves[at] >= begins[at] + stop["stay"])
        openings = []
        for first, last in stop["windows"]:
            opening = model.new_bool_var("")
            model.add_linear_constraint(begins[at], first, last).only_enforce_if(opening)
            openings.append(opening)
        model.add(sum(openings) == seen[at])
    arcs = [(n, n, model.new_bool_var(""))] + [(at, at, ~seen[at]) for at in range(n)]
    legs = [(n, n + 1, arcs[0][2])]
    for one in range(n + 1):
        for other in range(n + 1):
            if one == other:
                continue
            drives = model.new_bool_var("")
            arcs.append((one, other, drives))
            legs.append((one, n + 1 if other == n else other, drives))
    model.add_circuit(arcs)
    for one, other, drives in legs:
        out = sets_out if one == n else leaves[one]
        into = returns if other == n + 1 else comes[other]
        model.add(into >= out + travel[one][other]).only_enforce_if(drives)
    if day["lunch"]:
        opens, closes, minutes, picnic = day["lunch"]
        eats_from = model.new_int_var(opens, closes - minutes, "")
        at_start, at_end = model.new_bool_var(""), model.new_bool_var("")
        model.add(sets_out >= eats_from + minutes).only_enforce_if(at_start)
        model.add(eats_from >= returns).only_enforce_if(at_end)
        meals = [at_start, at_end]
        for at, stop in enumerate(stops):
            if not (stop["feeds"] or picnic):
                continue
            before, after = model.new_bool_var(""), model.new_bool_var("")
            model.add(eats_from >= comes[at]).only_enforce_if(before)
            model.add(begins[at] >= eats_from + minutes).only_enforce_if(before)
            model.add(eats_from >= begins[at] + stop["stay"]).only_enforce_if(after)
            model.add(leaves[at] >= eats_from + minutes).only_enforce_if(after)
            model.add_implication(before, seen[at])
            model.add_implication(after, seen[at])
            meals += [before, after]
        model.add_exactly_one(meals)
    if day["budget"] is not None:
        model.add(sum(stop["fee"] * seen[at] for at, stop in enumerate(stops)) <= day["budget"])
    if day["walk"] is not None:
        walked = sum(day["walk"][one][other] * drives for one, other, drives in legs)
        model.add(walked <= day["walk_limit"])
    value = sum(stop["value"] * seen[at] for at, stop in enumerate(stops))
    for theme in sorted({theme for stop in stops for theme in stop["themes"]}):
        met = model.new_bool_var("")
        model.add_bool_or(
            [~met, *(seen[at] for at, stop in enumerate(stops) if theme in stop["themes"])]
        )
        value += day["variety"] * met
    way = sum(travel[one][other] * drives for one, other, drives in legs)
    model.maximize(MOST_TRAVEL * value - way)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"value": None, "travel": None, "proven": status == cp_model.INFEASIBLE}
    return {
        "value": round(solver.value(value)), "travel": round(solver.value(way)),
        "proven": status == cp_model.OPTIMAL,
    }  # fmt: skip


def vroom(day: Asked, seconds: float) -> Answer:
    """Return the best tour that VROOM finds: one vehicle, the value of a stop as its priority."""
    from datetime import timedelta

    import numpy as np
    import vroom as program

    n, stops = len(day["stops"]), day["stops"]
    asked = program.Input()
    asked.set_durations_matrix("car", 60 * np.array(day["travel"], dtype=np.uint32))
    shift = program.TimeWindow(60 * day["start"], 60 * day["back"])
    asked.add_vehicle([program.Vehicle(1, start=n, end=n + 1, time_window=shift)])
    jobs = [
        program.Job(
            at, location=at, default_service=60 * stop["stay"], priority=stop["value"],
            # Half a minute more, for an opening of one minute alone has to have some length.
            time_windows=[program.TimeWindow(60 * first, 60 * last + 30)
                          for first, last in stop["windows"]],
        )
        for at, stop in enumerate(stops) if stop["windows"]
    ]  # fmt: skip
    asked.add_job(jobs)
    found = asked.solve(exploration_level=5, nb_threads=2, timeout=timedelta(seconds=seconds))
    route = found.routes
    held = [int(job) for job in route.loc[route["type"] == "job", "id"]]
    value = sum(stops[at]["value"] for at in held)
    order = [n, *held, n + 1]
    travel = sum(day["travel"][one][other] for one, other in pairwise(order)) if held else 0
    # VROOM searches; it proves nothing.
    return {"value": value, "travel": travel, "proven": False}


def main() -> None:
    asked = json.load(sys.stdin)
    solve = {"cp_sat": cp_sat, "vroom": vroom}[asked["solver"]]
    solve(asked["days"][0], 1)  # what the first call alone pays
    answers = []
    for day in asked["days"]:
        start = time.perf_counter()
        answer = solve(day, asked["seconds"])
        answers.append(answer | {"seconds": time.perf_counter() - start})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
