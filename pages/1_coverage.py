"""Which townships have a service station, who is out of reach, and what changed."""

from geo.coverage import rates
from ui import (
    answers,
    changes,
    coverage,
    evenness,
    outreach,
    parts,
    report_button,
    station_coverage,
)
from ui.frame import page

LOOKS = ("stations", "reach", "equity", "change", "report")

with page("coverage") as view:
    as_of, count_demo = parts.coverage_choice(view)
    result = coverage.coverage_on(view.revision, as_of, count_demo)
    answer = result.townships
    demo_rows = int(answer["demo_stations"].sum())
    notices = parts.export_notices(
        view, as_of, demo_rows, stations_out=len(result.stations_left_out)
    )
    look = parts.switch(view, "look", LOOKS, "outreach.look", label_visible=False)
    if look == "reach":
        outreach.show(as_of, count_demo, notices, view)
    elif look == "equity":
        evenness.show(as_of, count_demo, notices, view)
    elif look == "change":
        changes.show(as_of, count_demo, notices, view)
    else:
        parts.sentence(view.say("coverage.sentence", **answers.city_figures(answer)))
        parts.demo_notice(view, stations=demo_rows)
        if demo_rows:
            bare = rates(coverage.coverage_on(view.revision, as_of, False).townships, by=[]).iloc[0]
            parts.soft(view.say("coverage.without_demo", covered=int(bare["covered"])))
        parts.soft(view.say("coverage.rule"))
        if look == "report":
            report_button.show(as_of, count_demo, view)
        else:
            station_coverage.show(result, notices, view)
