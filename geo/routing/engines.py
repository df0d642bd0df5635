"""Which routing engine the settings name for a mode of travel."""

from __future__ import annotations

from geo.routing.answers import Engine
from geo.routing.osrm import Osrm
from geo.routing.valhalla import Valhalla
from geo.routing.wire import Wire
from geo.settings import Settings


def engine_for(mode: str, settings: Settings) -> Engine | None:
    """Return the engine that is set for `mode`; None where there is none."""
    addresses = dict(settings.routing_url)
    if mode == "bus" and "bus" not in addresses and "car" in addresses:
        addresses["bus"] = addresses["car"]
    # An OSRM server has one profile, and one that is not named is for vehicles.
    if settings.routing == "osrm" and mode in {"walk", "ebike"}:
        addresses.pop("", None)
    address = addresses.get(mode, addresses.get(""))
    if not settings.routing or address is None:
        return None
    made = Osrm if settings.routing == "osrm" else Valhalla
    return made(
        Wire(address, timeout_s=settings.routing_timeout_s), mode=mode,
        data=settings.routing_data, table_size=settings.routing_table_size,
    )  # fmt: skip
