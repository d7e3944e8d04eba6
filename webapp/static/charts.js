// What every chart over time shares: its colours, its points with their ranges, its frame, and being drawn when near.

const DARK = matchMedia("(prefers-color-scheme: dark)");

export const DAY = 86_400_000; // ms
const SHORT = 180; // days
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// Points that can be hovered over, joined where there are two. Each has a day, a value and words for the pointer.
export function series(points, more) {
  return {
    type: "scatter",
    mode: points.length > 1 ? "lines+markers" : "markers",
    x: points.map((p) => p.on),
    y: points.map((p) => p.value),
    hovertext: points.map((p) => p.words),
    hoverinfo: "text",
    cliponaxis: false,
    ...more,
  };
}

// The same with the range that each value could lie in.
export function ranged(points, marker) {
  const ink = colour("teal");
  const range = {
    type: "data",
    symmetric: false,
    array: points.map((p) => p.range[1] - p.value),
    arrayminus: points.map((p) => p.value - p.range[0]),
    color: ink,
    thickness: 2,
    width: 5,
  };
  return series(points, { error_y: range, line: { color: ink, width: 1.5 }, marker: { size: 13, color: ink, ...marker } });
}

// Where something stands on the axis of values: [[at, words], ...] as dotted lines with their words.
export function marked(marks) {
  const quiet = colour("quiet");
  return {
    annotations: marks.map(([at, words]) => ({ x: 1, xref: "paper", xanchor: "left", y: at, text: words, showarrow: false, font: { color: quiet, size: 13 } })),
    shapes: marks.map(([at]) => ({ type: "line", xref: "paper", x0: 0, x1: 1, y0: at, y1: at, line: { color: quiet, width: 1, dash: "dot" }, opacity: 0.55, layer: "below" })),
  };
}

export function frame({ margin, span, yaxis, ...more }) {
  const ink = colour("ink");
  const ticks = span[1] - span[0] < SHORT * DAY ? { dtick: "M1" } : { nticks: 6 }; // no month stands there twice
  return {
    autosize: true,
    height: 260,
    margin,
    showlegend: false,
    hovermode: "closest",
    dragmode: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, color: ink, size: 14 },
    hoverlabel: { bgcolor: colour("paper"), bordercolor: colour("line"), font: { color: ink, size: 14 }, align: "left" },
    xaxis: { type: "date", range: span, ...ticks, tickformat: "%b\n%Y", showgrid: false, zeroline: false, linecolor: colour("line"), fixedrange: true },
    yaxis: { gridcolor: "rgba(0,0,0,0)", zeroline: true, zerolinecolor: colour("line"), fixedrange: true, ...yaxis },
    ...more,
  };
}

// Draw each box when somebody comes near it, and again in other colours. ``chart`` gives a box its traces and layout.
export function drawnWhenNear(name, chart) {
  const boxes = [...document.querySelectorAll(`[data-${name}]`)];

  function draw(box) {
    const told = JSON.parse(document.getElementById(box.dataset[name]).textContent);
    const { traces, layout } = chart(told, box);
    Plotly.react(box, traces, layout, { displayModeBar: false, responsive: true });
    box.dataset.drawn = "yes";
  }

  const near = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (one.isIntersecting) {
        near.unobserve(one.target);
        draw(one.target);
      }
    }
  }, { rootMargin: "300px" });
  boxes.forEach((box) => near.observe(box));
  DARK.addEventListener("change", () => boxes.filter((box) => box.dataset.drawn).forEach(draw));
}
