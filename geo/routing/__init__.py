"""Travel cost from a routing engine over HTTP: OSRM or Valhalla."""
