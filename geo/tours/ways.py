"""The ways of a tour one by one in map apps: a link for each leg in 高德, 百度 and 腾讯."""

from __future__ import annotations

from typing import NamedTuple

from geo.directions import Link, links
from geo.tours.candidates import known
from geo.tours.outcome import Leg, TourFacts


class LegLinks(NamedTuple):
    """A leg and the links to its destination, in the order amap, baidu, tencent."""

    leg: Leg
    links: tuple[Link, ...]


def leg_links(tour: TourFacts, *, city: str) -> tuple[LegLinks, ...]:
    """
    Return the links of every leg, k + 1 for k stops.

    Each leads from where the reader is to the leg's destination: to the point if its position is
    exact to the street, else a search for its name in `city`.
    """
    addresses = [known(stop.venue.get("address")) for stop in tour.stops]
    return tuple(
        LegLinks(leg, tuple(links(
            leg.destination.name, address, leg.destination.lon, leg.destination.lat,
            precision=leg.destination.precision, city=city,
        )))
        for leg, address in zip(tour.legs, [*addresses, None], strict=True)
    )  # fmt: skip
