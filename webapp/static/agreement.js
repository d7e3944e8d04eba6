// Draws agreement month by month. The table below a chart holds the same.

import { DAY, drawnWhenNear, frame, marked, ranged } from "./charts.js";

const ROOM = 20; // days of empty space at both ends

drawnWhenNear("agreement", ({ points, experts }) => {
  const days = points.map((p) => Date.parse(p.on));
  const least = Math.min(0, ...points.map((p) => p.range[0])) - 0.03;
  const symbols = points.map((p) => (p.few ? "circle-open" : "circle"));
  const layout = frame({
    margin: { l: 44, r: 64, t: 16, b: 40 },
    span: [Math.min(...days) - ROOM * DAY, Math.max(...days) + ROOM * DAY],
    yaxis: { range: [least, 1.03], tickformat: ".1f", nticks: 6 },
    ...marked(experts === null ? [] : [[experts, "experts"]]),
  });
  return { traces: [ranged(points, { symbol: symbols, line: { width: 2.5 } })], layout };
});
