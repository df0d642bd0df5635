/* The browser side of geo/maps.py: draws what Python packed, and reports what was tapped.
 *
 * Every text arrives inside a payload (base64 of deflated JSON) and reaches the page through
 * textContent or setAttribute, never as markup. folium and streamlit-folium see only base64.
 * Shapes, colours and words come from Python; this file owns behaviour. No build step.
 */
(function () {
  "use strict";

  const SCALE = 1e5; // payload coordinates are whole 1e-5 degrees from the payload's origin
  const SVG = "http://www.w3.org/2000/svg";
  const INK = "#1F2A37";
  const PAPER = "#FAF8F5";
  const COARSE = window.matchMedia("(pointer: coarse)").matches;
  const STILL = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const AGED_OPACITY = 0.35; // as in geo/signs.py
  const HIT_PX = COARSE ? 44 : 34;
  const COUNTY_NAMES_BELOW_ZOOM = 10.25;
  const TOWNSHIP_NAMES_FROM_ZOOM = 9.5;

  let taps = 0;

  // --- payloads ------------------------------------------------------------------------

  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  }

  function unpack(payload) {
    const stream = new Blob([bytesOf(payload)])
      .stream()
      .pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text().then(JSON.parse);
  }

  function optionsOf(base64) {
    return JSON.parse(new TextDecoder().decode(bytesOf(base64)));
  }

  function place(data, x, y) {
    return L.latLng(data.origin[1] + y / SCALE, data.origin[0] + x / SCALE);
  }

  // Rings are flat [x0, y0, dx1, dy1, …]: the first vertex, then steps.
  function ring(data, steps) {
    const vertices = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      vertices.push(place(data, x, y));
    }
    return vertices;
  }

  // --- small DOM helpers ---------------------------------------------------------------

  function element(name, className, text) {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function svg(name, attributes, parent) {
    const node = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach((key) => node.setAttribute(key, attributes[key]));
    if (parent) parent.appendChild(node);
    return node;
  }

  // --- drawing after unpacking ---------------------------------------------------------

  // The component keeps every group it ever added; let go of those it has removed.
  function forgetRemovedGroups(map) {
    if (map && window.feature_group) {
      window.feature_group = window.feature_group.filter((group) => map.hasLayer(group));
    }
  }

  function draw(group, payload, paint) {
    forgetRemovedGroups(window.map);
    const unpacked = unpack(payload);
    return Promise.resolve()
      .then(() => unpacked)
      .then((data) => {
        const map = group instanceof L.Map ? group : group._map;
        if (!map) return undefined; // replaced while it was being unpacked
        return map.xinghuo.ready.then((frame) => paint(map, frame, data));
      })
      .catch((problem) => fail(problem));
  }

  function fail(problem) {
    console.error(problem);
    const map = window.map || window.map_div;
    const text = map && map.xinghuo && map.xinghuo.failed;
    if (!text || map.getContainer().querySelector(".xh-failed")) return;
    const block = element("div", "xh-failed", text);
    block.setAttribute("role", "alert");
    map.getContainer().appendChild(block);
  }

  // --- what was tapped -----------------------------------------------------------------

  function feature(layer, id, latlng, tap) {
    const properties = { layer: layer, tap: tap };
    if (id !== null) properties.id = id;
    if (latlng) {
      properties.lon = Number(latlng.lng.toFixed(5));
      properties.lat = Number(latlng.lat.toFixed(5));
    }
    return { type: "Feature", geometry: null, properties: properties };
  }

  // streamlit-folium returns `e.layer.toGeoJSON()` of a click as `last_active_drawing`.
  const tappable = {
    _answer: function (layer, id) {
      this._layerName = layer;
      this._rowId = id;
      this.on("click", function (event) {
        taps += 1;
        this._tap = taps;
        this._tapAt = event.latlng;
      });
      return this;
    },
    toGeoJSON: function () {
      return feature(this._layerName, this._rowId, this._tapAt, this._tap || 0);
    },
  };

  const Area = L.Polygon.extend(tappable);

  const Mark = L.Marker.extend(
    Object.assign({}, tappable, {
      _initIcon: function () {
        L.Marker.prototype._initIcon.call(this);
        const icon = this._icon;
        if (!this.options.interactive) return;
        icon.setAttribute("aria-label", this.options.says.filter(Boolean).join("，"));
        icon.addEventListener("focus", () => this.fire("mouseover", {}, true));
        icon.addEventListener("blur", () => this.fire("mouseout", {}, true));
        icon.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          this.fire("click", { latlng: this.getLatLng(), originalEvent: event }, true);
        });
      },
    })
  );

  // --- signs by keyboard: one stop for all of them, arrows go from one to the next ------------

  const MARKS = ".leaflet-marker-icon[tabindex]";
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function centreOf(node) {
    const box = node.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  function marksInView(container) {
    const box = container.getBoundingClientRect();
    return [...container.querySelectorAll(MARKS)].filter((node) => {
      const [x, y] = centreOf(node);
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
  }

  function oneStop(container) {
    const all = [...container.querySelectorAll(MARKS)];
    const own = all.find((node) => node === document.activeElement);
    const stop = own || marksInView(container)[0] || all[0];
    all.forEach((node) => { node.tabIndex = node === stop ? 0 : -1; });
  }

  // The next sign that way: near, and rather ahead than aside.
  function nextMark(container, from, [dx, dy]) {
    const [x, y] = centreOf(from);
    let best = null;
    let least = Infinity;
    marksInView(container).forEach((node) => {
      if (node === from) return;
      const [ox, oy] = centreOf(node);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      const away = ahead + 2 * aside;
      if (ahead > 0 && away < least) [best, least] = [node, away];
    });
    return best;
  }

  function signsByKeyboard(map) {
    const container = map.getContainer();
    let waiting = 0;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => oneStop(container), 60);
    };
    new MutationObserver(soon).observe(map.getPane("markerPane"), { childList: true });
    map.on("moveend zoomend", soon);
    container.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      const from = event.target.closest && event.target.closest(MARKS);
      if (!way || !from) return;
      event.preventDefault();
      event.stopPropagation(); // else Leaflet moves the map
      const next = nextMark(container, from, way);
      if (!next) return;
      next.tabIndex = 0;
      next.focus();
      oneStop(container);
    }, true);
    soon();
  }

  // --- one tooltip for everything, text only -------------------------------------------

  function tooltipNode(says) {
    const node = element("div", "xh-tip");
    says.filter(Boolean).forEach((line, i) => {
      node.appendChild(element("div", i ? "xh-tip-more" : "xh-tip-name", line));
    });
    return node;
  }

  function explain(map, group, sticky) {
    const tip = L.tooltip({ direction: "top", offset: [0, sticky ? -8 : -14], opacity: 1 });
    group.on("mouseover", (event) => {
      const layer = event.layer;
      if (!layer || !layer.options.says) return;
      tip.setContent(tooltipNode(layer.options.says));
      tip.setLatLng(sticky && event.latlng ? event.latlng : layer.getLatLng());
      map.openTooltip(tip);
    });
    if (sticky) group.on("mousemove", (event) => tip.setLatLng(event.latlng));
    group.on("mouseout remove", () => map.closeTooltip(tip));
  }

  // --- signs ---------------------------------------------------------------------------

  function drawSign(sign, frame) {
    const picture = svg("svg", { viewBox: "-14 -14 28 28", width: 28, height: 28 });
    picture.setAttribute("aria-hidden", "true");
    if (sign.selected) {
      svg("circle", { r: 12.6, fill: PAPER, stroke: INK, "stroke-width": 2 }, picture);
    }
    const symbol = frame.symbols[sign.symbol] || frame.symbols.place;
    if (sign.aged) svg("path", { d: symbol.path, fill: PAPER }, picture); // hides the shadow below
    svg("path", {
      d: symbol.path,
      fill: sign.exact ? symbol.fill : PAPER,
      "fill-opacity": sign.exact && sign.aged ? AGED_OPACITY : 1,
      stroke: sign.exact && !sign.aged ? "#FFFFFF" : symbol.fill,
      "stroke-opacity": sign.exact || !sign.aged ? 1 : AGED_OPACITY + 0.2,
      "stroke-width": sign.exact ? 1.6 : 2.2,
      "stroke-dasharray": sign.exact ? "none" : "3 1.8",
      "stroke-linejoin": "round",
    }, picture);
    if (sign.demo) {
      svg("circle", { cx: 8.5, cy: -8.5, r: 6.8, fill: PAPER, stroke: INK, "stroke-width": 1 }, picture);
      const badge = svg("text", {
        x: 8.5, y: -5.1, "text-anchor": "middle", "font-size": 9.5, fill: INK,
      }, picture);
      badge.textContent = frame.words.demo_badge;
    }
    return picture;
  }

  const Sign = L.DivIcon.extend({
    createIcon: function () {
      const sign = this.options.sign;
      const node = element("div");
      node.appendChild(drawSign(sign, this.options.frame));
      this._setIconStyles(node, "icon");
      return node;
    },
  });

  function signIcon(sign, frame) {
    const size = sign.selected ? Math.max(HIT_PX, 44) : HIT_PX;
    const names = ["xh-sign"];
    if (sign.selected) names.push("xh-selected");
    if (sign.closed) names.push("xh-closed");
    if (sign.small) names.push("xh-small");
    return new Sign({ sign: sign, frame: frame, iconSize: [size, size], className: names.join(" ") });
  }

  // A cluster is a quiet disc with the count; its rim shows the kinds inside.
  const ClusterSign = L.DivIcon.extend({
    createIcon: function () {
      const { cluster, frame } = this.options;
      const count = cluster.getChildCount();
      const radius = count < 10 ? 15 : count < 100 ? 18 : 21;
      const shares = {};
      cluster.getAllChildMarkers().forEach((mark) => {
        const fill = (frame.symbols[mark.options.symbol] || frame.symbols.place).fill;
        shares[fill] = (shares[fill] || 0) + 1;
      });
      const node = element("div");
      const picture = svg("svg", { viewBox: "-24 -24 48 48", width: 48, height: 48 }, node);
      picture.setAttribute("aria-hidden", "true");
      svg("circle", { r: radius + 2.6, fill: "#FFFFFF" }, picture);
      const round = 2 * Math.PI * radius;
      let start = 0;
      Object.keys(shares).sort().forEach((fill) => {
        const length = (shares[fill] / count) * round;
        svg("circle", {
          r: radius, fill: "none", stroke: fill, "stroke-width": 3.4, transform: "rotate(-90)",
          "stroke-dasharray": length + " " + (round - length), "stroke-dashoffset": -start,
        }, picture);
        start += length;
      });
      const number = svg("text", {
        y: 4.6, "text-anchor": "middle", "font-size": 13, "font-weight": 600, fill: INK,
      }, picture);
      number.textContent = count;
      node.setAttribute("aria-label", frame.words.cluster.replace("{count}", count));
      this._setIconStyles(node, "icon");
      return node;
    },
  });

  // --- points --------------------------------------------------------------------------

  function marksOf(data, frame, small) {
    const icons = {};
    return data.id.map((id, i) => {
      const flags = data.flags[i];
      const sign = {
        symbol: data.kinds[data.kind[i]][0],
        exact: !(flags & 1),
        demo: Boolean(flags & 2),
        closed: Boolean(flags & 8),
        aged: Boolean(flags & 16),
        small: small,
      };
      const key = JSON.stringify(sign);
      icons[key] = icons[key] || signIcon(sign, frame);
      const words = frame.words;
      const says = [
        data.name[i],
        data.kinds[data.kind[i]][1],
        flags & 4 ? words.open : flags & 8 ? words.closed : "",
        data.note ? data.note[i] : "",
        sign.exact ? "" : words.approximate,
        sign.aged ? words.aged : "",
        sign.demo ? words.demo : "",
      ];
      const mark = new Mark(place(data, data.x[i], data.y[i]), {
        icon: icons[key], says: says, symbol: sign.symbol,
      });
      mark.sign = sign;
      return mark._answer("venue", id);
    });
  }

  function points(group, payload, optionsText) {
    const options = optionsOf(optionsText);
    return draw(group, payload, (map, frame, data) => {
      const clusters = L.markerClusterGroup({
        maxClusterRadius: COARSE ? 52 : 44,
        showCoverageOnHover: false,
        spiderfyDistanceMultiplier: COARSE ? 2.2 : 1.7,
        animate: !STILL,
        spiderLegPolylineOptions: { color: INK, weight: 1, opacity: 0.45 },
        iconCreateFunction: (cluster) =>
          new ClusterSign({ cluster, frame, iconSize: [48, 48], className: "xh-cluster" }),
      });
      const marks = marksOf(data, frame, options.clustered === false);
      const chosen = marks.find((mark) => mark._rowId === options.selected);
      const others = marks.filter((mark) => mark !== chosen);
      if (options.clustered === false) {
        others.forEach((mark) => group.addLayer(mark));
      } else {
        clusters.addLayers(others);
        group.addLayer(clusters);
      }
      if (chosen) {
        chosen.setIcon(signIcon(Object.assign({ selected: true }, chosen.sign), frame));
        chosen.setZIndexOffset(2000);
        group.addLayer(chosen);
      }
      if (options.origin) group.addLayer(pin(options.origin, frame));
      explain(map, group, false);
      focus(map, options, chosen ? chosen.getLatLng() : null);
    });
  }

  function pin(origin, frame) {
    const Pin = L.DivIcon.extend({
      createIcon: function () {
        const node = element("div");
        const picture = svg("svg", { viewBox: "-14 -32 28 36", width: 28, height: 36 }, node);
        picture.setAttribute("aria-hidden", "true");
        svg("ellipse", { rx: 6, ry: 2.2, fill: INK, opacity: 0.25 }, picture);
        svg("path", {
          d: "M0 0C-3-8-10-12-10-20a10 10 0 1 1 20 0C10-12 3-8 0 0Z",
          fill: INK, stroke: "#FFFFFF", "stroke-width": 1.6,
        }, picture);
        svg("circle", { cy: -20, r: 3.6, fill: PAPER }, picture);
        this._setIconStyles(node, "icon");
        return node;
      },
    });
    const icon = new Pin({ iconSize: [28, 36], iconAnchor: [14, 32], className: "xh-pin" });
    const mark = new Mark([origin[1], origin[0]], {
      icon: icon, says: [frame.words.origin], zIndexOffset: 1500,
    });
    return mark._answer("origin", null);
  }

  // Move to what was asked for once, not again at every redraw.
  function focus(map, options, latlng) {
    const wish = options.focus ? JSON.stringify([options.selected, options.origin]) : "";
    if (!wish || wish === map.xinghuo.focused) return;
    map.xinghuo.focused = wish;
    const target = latlng || (options.origin && L.latLng(options.origin[1], options.origin[0]));
    if (!target) return;
    map.xinghuo.moved = true;
    map.setView(target, Math.max(map.getZoom(), options.selected ? 11 : 10.5), { animate: !STILL });
  }

  // --- polygons ------------------------------------------------------------------------

  function polygons(group, payload, optionsText) {
    const options = optionsOf(optionsText);
    return draw(group, payload, (map, frame, data) => {
      const base = group instanceof L.Map;
      const drawn = data.rows.map((row) => {
        const [id, name, areaClass, note, shapes] = row;
        const style = frame.areas[areaClass];
        const area = new Area(shapes.map((rings) => rings.map((steps) => ring(data, steps))), {
          pane: base ? "xh-" + data.layer : "overlayPane",
          interactive: !base,
          bubblingMouseEvents: false,
          color: style.stroke, weight: style.weight, opacity: 1, lineJoin: "round",
          dashArray: style.dash || null,
          fill: Boolean(style.fill), fillOpacity: 1,
          fillColor: style.hatch ? hatch(style) : style.fill,
          smoothFactor: 0.6,
          says: [name, note],
        });
        return base ? area : area._answer(data.layer, id);
      });
      if (base) {
        if (data.layer === "county") cityGlow(map, drawn);
        map.xinghuo.names[data.layer] = data.rows.map((row, i) => ({
          text: row[1], at: place(data, row[5], row[6]), bounds: drawn[i].getBounds(),
        }));
      }
      drawn.forEach((area) => group.addLayer(area));
      if (base) return nameAreas(map);
      explain(map, group, true);
      group.on("mouseover", (event) => event.layer.setStyle && outline(event.layer, true));
      group.on("mouseout", (event) => event.layer.setStyle && outline(event.layer, false));
      const chosen = drawn.find((area) => area._rowId === options.selected);
      if (chosen) {
        chosen.chosen = true;
        outline(chosen, true);
        focus(map, options, options.focus ? chosen.getBounds().getCenter() : null);
      }
      return undefined;
    });
  }

  function outline(area, on) {
    area.plain = area.plain || { color: area.options.color, weight: area.options.weight };
    if (on || area.chosen) {
      area.setStyle({ color: INK, weight: area.chosen ? 3 : 2 });
      area.bringToFront();
    } else {
      area.setStyle(area.plain);
    }
  }

  // A pale rim lifts the city off the paper.
  function cityGlow(map, counties) {
    counties.forEach((county) => {
      map.addLayer(L.polygon(county.getLatLngs(), {
        pane: "xh-glow", interactive: false, fill: false, color: "#E6DDCF", weight: 9, opacity: 1,
        lineJoin: "round",
      }));
    });
  }

  const hatches = {};

  function hatch(style) {
    const id = "xh-hatch-" + style.hatch.slice(1) + "-" + style.fill.slice(1);
    if (!hatches[id]) {
      hatches[id] = true;
      const holder = svg("svg", { width: 0, height: 0, style: "position:absolute" });
      const pattern = svg("pattern", {
        id: id, width: 8, height: 8, patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      }, svg("defs", {}, holder));
      svg("rect", { width: 8, height: 8, fill: style.fill }, pattern);
      svg("rect", { width: 2.6, height: 8, fill: style.hatch }, pattern);
      document.body.appendChild(holder);
    }
    return "url(#" + id + ")";
  }

  // --- names of counties and townships, only where they fit ------------------------------

  function nameAreas(map) {
    const pane = map.getPane("xh-names");
    const zoom = map.getZoom();
    const taken = [];
    pane.replaceChildren();
    const write = (name, className, sizePx, mustFit) => {
      const at = map.latLngToLayerPoint(name.at);
      const half = [(name.text.length * sizePx) / 2 + 3, sizePx * 0.75];
      const bounds = L.bounds(
        map.latLngToLayerPoint(name.bounds.getNorthWest()),
        map.latLngToLayerPoint(name.bounds.getSouthEast())
      ).getSize();
      const box = L.bounds(at.subtract(half), at.add(half));
      if (mustFit && bounds.x < half[0] * 2) return;
      if (taken.some((other) => other.intersects(box))) return;
      taken.push(box);
      const node = element("div", "xh-name " + className, name.text);
      L.DomUtil.setPosition(node, at);
      pane.appendChild(node);
    };
    if (zoom < COUNTY_NAMES_BELOW_ZOOM) {
      (map.xinghuo.names.county || []).forEach((name) => write(name, "xh-name-county", 15, false));
    }
    if (zoom >= TOWNSHIP_NAMES_FROM_ZOOM) {
      const sizePx = zoom >= 11 ? 13 : 11.5;
      (map.xinghuo.names.township || [])
        .slice()
        .sort((a, b) => extent(b.bounds) - extent(a.bounds))
        .forEach((name) => write(name, sizePx > 12 ? "xh-name-near" : "", sizePx, true));
    }
  }

  function extent(bounds) {
    return (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
  }

  // --- routes --------------------------------------------------------------------------

  function lines(group, payload, optionsText) {
    const options = optionsOf(optionsText);
    return draw(group, payload, (map, frame, data) => {
      const bounds = L.latLngBounds([]);
      data.lines.forEach((line) => {
        const quiet = options.selected !== null && options.selected !== line.id;
        line.stops.forEach((stop, i) => {
          if (stop.x === null) return;
          const here = place(data, stop.x, stop.y);
          bounds.extend(here);
          const before = line.stops.slice(0, i).reverse().find((other) => other.x !== null);
          if (before) {
            const whole = before === line.stops[i - 1];
            const path = [place(data, before.x, before.y), here];
            const shape = { interactive: false, opacity: quiet ? 0.35 : 1, lineCap: "round" };
            group.addLayer(L.polyline(path, { ...shape, color: "#FFFFFF", weight: 7 }));
            group.addLayer(L.polyline(path, {
              ...shape, color: frame.symbols.route.fill, weight: 4, dashArray: whole ? null : "2 9",
            }));
          }
          group.addLayer(stopMark(line, stop, here, quiet, frame));
        });
      });
      explain(map, group, false);
      const wish = JSON.stringify(["lines", payload.length, options.selected]);
      if (options.focus && bounds.isValid() && map.xinghuo.focused !== wish) {
        map.xinghuo.focused = wish;
        map.xinghuo.moved = true;
        map.fitBounds(bounds, { padding: [48, 48], maxZoom: 13, animate: !STILL });
      }
    });
  }

  function stopMark(line, stop, here, quiet, frame) {
    const Stop = L.DivIcon.extend({
      createIcon: function () {
        const node = element("div");
        node.appendChild(element("span", stop.exact ? "" : "xh-inexact", String(stop.no)));
        this._setIconStyles(node, "icon");
        return node;
      },
    });
    const icon = new Stop({
      iconSize: [HIT_PX, HIT_PX], className: "xh-stop" + (quiet ? " xh-closed" : ""),
    });
    const says = [stop.no + "　" + stop.name, line.label, stop.exact ? "" : frame.words.approximate];
    const mark = new Mark(here, { icon: icon, says: says, zIndexOffset: quiet ? 500 : 1000 });
    return mark._answer("stop", line.id + "#" + stop.no);
  }

  // --- the planner's maps: villages as dots, numbered sites with their circles ------------

  function villages(group, payload) {
    return draw(group, payload, (map, frame, data) => {
      const renderer = map.xinghuo.dots = map.xinghuo.dots || L.canvas({ pane: "xh-dots" });
      // What is out of reach first, what is gained last: it lies on top.
      [0, 2, 1].forEach((kind) => {
        const style = frame.dots[data.kinds[kind]];
        data.kind.forEach((own, i) => {
          if (own !== kind) return;
          group.addLayer(L.circleMarker(place(data, data.x[i], data.y[i]), {
            renderer: renderer, interactive: false, radius: style.radius,
            fillColor: style.fill, fillOpacity: 1, stroke: Boolean(style.stroke),
            color: style.stroke || style.fill, weight: style.weight,
          }));
        });
      });
    });
  }

  function sites(group, payload, optionsText) {
    const options = optionsOf(optionsText);
    return draw(group, payload, (map, frame, data) => {
      const around = (at, style) => group.addLayer(L.circle(at, {
        radius: data.radius, interactive: false, pane: "xh-circles", ...style,
      }));
      if (data.radius) {
        data.standing[0].forEach((x, i) => around(place(data, x, data.standing[1][i]), {
          color: "#0072B2", weight: 1, opacity: 0.45, fillColor: "#0072B2", fillOpacity: 0.05,
        }));
      }
      let chosen = null;
      data.id.forEach((id, i) => {
        const at = place(data, data.x[i], data.y[i]);
        const look = frame.looks[data.look[i]];
        const own = id === options.selected;
        if (data.radius && data.look[i] !== "drawn") {
          around(at, {
            color: look.fill, weight: own ? 2.5 : 1.2, opacity: own ? 1 : 0.7,
            dashArray: own ? null : "5 4", fillColor: look.fill, fillOpacity: own ? 0.16 : 0.07,
          });
        }
        const mark = siteMark(data, i, at, look, own, frame);
        if (own) chosen = mark;
        group.addLayer(mark);
      });
      explain(map, group, false);
      focus(map, options, chosen ? chosen.getLatLng() : null);
    });
  }

  function siteMark(data, i, at, look, own, frame) {
    const Numbered = L.DivIcon.extend({
      createIcon: function () {
        const node = element("div");
        const sign = element("span", "xh-" + look.shape + (data.exact[i] ? "" : " xh-inexact"), data.label[i]);
        sign.style.setProperty("--fill", look.fill);
        sign.style.setProperty("--ink", look.ink);
        node.appendChild(sign);
        this._setIconStyles(node, "icon");
        return node;
      },
    });
    const icon = new Numbered({
      iconSize: [HIT_PX, HIT_PX], className: "xh-site" + (own ? " xh-own" : ""),
    });
    const says = [data.label[i] + "　" + data.name[i], data.note[i], data.exact[i] ? "" : frame.words.approximate];
    const mark = new Mark(at, { icon: icon, says: says, zIndexOffset: own ? 2000 : 1000 - i });
    return mark._answer("site", data.id[i]);
  }

  // --- the frame: view, controls, corner block, gestures -----------------------------------

  function frame(map, payload, optionsText) {
    const options = optionsOf(optionsText);
    const [west, south, east, north] = options.bounds;
    const bounds = L.latLngBounds([[south, west], [north, east]]);
    const state = { names: {}, failed: options.failed, moved: false, focused: "" };
    map.xinghuo = state;
    [
      ["xh-glow", 300], ["xh-township", 320], ["xh-circles", 410], ["xh-county", 430],
      ["xh-names", 440], ["xh-dots", 450],
    ].forEach((pane) => {
      map.createPane(pane[0]).style.zIndex = pane[1];
      map.getPane(pane[0]).style.pointerEvents = "none";
    });
    const whole = () => map.fitBounds(bounds, { animate: false, padding: [10, 10] });
    whole();
    map.setMaxBounds(bounds.pad(0.6));
    map.on("zoomend", () => nameAreas(map));
    new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      if (!state.moved) whole();
    }).observe(map.getContainer());
    if (options.taps) reportGroundTaps(map);

    state.ready = unpack(payload).then((data) => {
      const container = map.getContainer();
      container.setAttribute("role", "region");
      container.setAttribute("aria-label", data.words.map_label);
      controls(map, data.words, () => { state.moved = false; whole(); });
      cornerBlock(map, data.notice);
      gestures(map, data.words);
      signsByKeyboard(map);
      return data;
    });
    state.ready.catch(fail);
  }

  // A tap beside every object is reported the same way as a tap on one.
  function reportGroundTaps(map) {
    map.on("click", (event) => {
      if (!window.__GLOBAL_DATA__) return;
      taps += 1;
      window.__GLOBAL_DATA__.last_active_drawing = feature("ground", null, event.latlng, taps);
    });
  }

  function controls(map, words, whole) {
    const zoom = L.control.zoom({
      position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out,
    }).addTo(map);
    const button = L.DomUtil.create("a", "xh-whole", zoom.getContainer());
    button.href = "#";
    button.title = words.whole_map;
    button.setAttribute("role", "button");
    button.setAttribute("aria-label", words.whole_map);
    const picture = svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18 }, button);
    svg("path", {
      d: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4", fill: "none", stroke: "currentColor",
      "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round",
    }, picture);
    L.DomEvent.disableClickPropagation(button);
    L.DomEvent.on(button, "click", (event) => {
      L.DomEvent.preventDefault(event);
      whole();
    });
    const Scale = L.Control.Scale.extend({
      _updateMetric: function (metres) {
        const round = this._getRoundNum(metres);
        const label = round < 1000 ? round + " " + words.metres : round / 1000 + " " + words.kilometres;
        this._mScale.style.width = Math.round(this.options.maxWidth * (round / metres)) + "px";
        this._mScale.textContent = label; // Leaflet's own way would read it as markup
      },
    });
    const narrow = map.getSize().x < 480; // there the corner block needs the lower edge
    new Scale({
      position: narrow ? "topleft" : "bottomright", imperial: false, maxWidth: narrow ? 70 : 90,
    }).addTo(map);
  }

  function cornerBlock(map, notice) {
    const Corner = L.Control.extend({
      onAdd: function () {
        const block = element("div", "xh-corner");
        const first = element("div", "xh-corner-first");
        first.appendChild(element("span", "", notice.layer));
        first.appendChild(element("b", notice.draft ? "xh-draft" : "", notice.approval));
        block.appendChild(first);
        if (notice.source) block.appendChild(element("div", "xh-corner-more", notice.source));
        L.DomEvent.disableClickPropagation(block);
        return block;
      },
    });
    new Corner({ position: "bottomleft" }).addTo(map);
  }

  // One finger and the plain wheel belong to the page; two fingers, ctrl or a click to the map.
  function gestures(map, words) {
    const container = map.getContainer();
    const hint = element("div", "xh-hint");
    hint.setAttribute("aria-hidden", "true");
    container.appendChild(hint);
    let timer = 0;
    const show = (text) => {
      hint.textContent = text;
      hint.classList.add("xh-shown");
      clearTimeout(timer);
      timer = setTimeout(() => hint.classList.remove("xh-shown"), 1400);
    };
    let awake = false;
    let start = null;
    map.scrollWheelZoom.disable();
    if (COARSE) map.dragging.disable();
    container.addEventListener("pointerdown", (event) => {
      map.xinghuo.moved = true;
      if (event.pointerType === "touch") map.dragging.disable();
      else map.dragging.enable();
    }, true);
    map.on("click", () => { awake = true; });
    container.addEventListener("mouseleave", () => { awake = false; });
    container.addEventListener("wheel", (event) => {
      if (awake || event.ctrlKey || event.metaKey) {
        map.xinghuo.moved = true;
        event.preventDefault();
        map.scrollWheelZoom.enable();
      } else {
        map.scrollWheelZoom.disable();
        show(words.ctrl_wheel);
      }
    }, { capture: true, passive: false });
    container.addEventListener("touchstart", (event) => {
      start = event.touches.length === 1 ? event.touches[0] : null;
      if (!start) hint.classList.remove("xh-shown");
    }, { passive: true });
    container.addEventListener("touchmove", (event) => {
      if (!start || event.touches.length !== 1) return;
      const touch = event.touches[0];
      const moved = Math.hypot(touch.clientX - start.clientX, touch.clientY - start.clientY);
      if (moved > 12) show(words.two_fingers);
    }, { passive: true });
  }

  window.xinghuo = { frame: frame, points: points, polygons: polygons, lines: lines, villages: villages, sites: sites };
})();
