// Draws each measure across recordings, of one person or of a group with its own course.
// The table below a chart holds the same.

import { DAY, colour, drawnWhenNear, frame, marked, ranged, series } from "./charts.js";

const LETTERS = { start: "S", workshop: "W", booster: "B", module: "M", coaching: "C", supervision: "G", other: "E" };
const FORMATS = { share: ".0%", ratio: ".1f", seconds: ".1f", count: "d" };
const MARGIN = { l: 48, r: 44, t: 28, b: 36 }; // px
const ROOM = 18; // days of empty space at both ends
const CROWD = 16; // px that a letter takes up

const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
const people = (told) => told.people ?? [];
const course = (told) => told.course ?? [];
const days = (told) => [...told.points, ...people(told).flat(), ...told.events].map((one) => Date.parse(one.on));

const hover = (text) => (text.match(/.{1,34}(\s|$)|\S+/g) ?? [text]).map(safe).join("<br>");
const worded = (points) => points.map((p) => ({ ...p, words: hover(p.words) }));

function own(told) {
  const real = told.points.map((p) => p.kind === "real");
  return ranged(worded(told.points), {
    symbol: real.map((one) => (one ? "diamond" : "circle")),
    color: real.map((one) => colour(one ? "plum" : "teal")),
  });
}

// One faint line a person: the name comes with the pointer, and in the table.
function faint(told) {
  const quiet = colour("quiet");
  return people(told).map((one) => series(worded(one), { line: { color: quiet, width: 1 }, marker: { size: 6, color: quiet }, opacity: 0.45 }));
}

// The group's own line in its band.
function group(told) {
  const line = course(told);
  if (!line.length) return [];
  const ink = colour("teal");
  const edge = (which) => ({ type: "scatter", mode: "lines", x: line.map((p) => p.on), y: line.map((p) => p.range[which]), line: { width: 0 }, hoverinfo: "skip" });
  const middle = { type: "scatter", mode: "lines", x: line.map((p) => p.on), y: line.map((p) => p.value), line: { color: ink, width: 3 }, hoverinfo: "skip" };
  return [edge(0), { ...edge(1), fill: "tonexty", fillcolor: `${ink}33` }, middle];
}

// Letters on top of the thin lines; where two would lie on each other, the later one keeps its line alone.
function events(told, width, span) {
  const sorted = [...told.events].sort((a, b) => Date.parse(a.on) - Date.parse(b.on));
  let last = -Infinity;
  const shown = sorted.map((event) => {
    const at = ((Date.parse(event.on) - span[0]) / (span[1] - span[0])) * width;
    const fits = at - last >= CROWD;
    if (fits) last = at;
    return fits ? LETTERS[event.kind] ?? "" : "";
  });
  const letters = { mode: "text", yaxis: "y2", text: shown, textposition: "top center", textfont: { color: colour("quiet"), size: 13 } };
  return series(worded(sorted).map((event) => ({ ...event, value: 1 })), letters);
}

function layout(told, span) {
  const top = Math.max(...told.points.map((p) => p.range[1]), ...people(told).flat().map((p) => p.value), ...course(told).map((p) => p.range[1]), ...told.marks.map(([at]) => at * 1.08));
  const whole = told.unit === "share" ? 1.03 : top * 1.1 || 1;
  const { annotations, shapes } = marked(told.marks);
  const happened = told.events.map((event) => ({ type: "line", x0: event.on, x1: event.on, yref: "paper", y0: 0, y1: 1, line: { color: colour("quiet"), width: 1 }, opacity: 0.35, layer: "below" }));
  return frame({
    margin: MARGIN,
    span,
    yaxis: { range: [0, whole], tickformat: FORMATS[told.unit], nticks: 5 },
    yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
    annotations,
    shapes: [...shapes, ...happened],
  });
}

drawnWhenNear("chart", (told, box) => {
  const all = days(told);
  const span = [Math.min(...all) - ROOM * DAY, Math.max(...all) + ROOM * DAY];
  const width = box.clientWidth - MARGIN.l - MARGIN.r;
  return { traces: [events(told, width, span), ...faint(told), ...group(told), own(told)], layout: layout(told, span) };
});
