// Draws each measure across recordings, of one person or of a group with its own course, when somebody comes near it.
// The table below a chart holds the same.

(() => {
  const DARK = matchMedia("(prefers-color-scheme: dark)");
  const LETTERS = { workshop: "W", module: "M", coaching: "C" };
  const FORMATS = { share: ".0%", ratio: ".1f", seconds: ".1f", count: "d" };
  const MARGIN = { l: 48, r: 44, t: 28, b: 36 }; // px
  const ROOM = 18; // days of empty space at both ends
  const CROWD = 16; // px that a letter takes up
  const DAY = 86_400_000; // ms

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const people = (told) => told.people ?? [];
  const course = (told) => told.course ?? [];
  const days = (told) => [...told.points, ...people(told).flat(), ...told.events].map((one) => Date.parse(one.on));

  function hover(text) {
    return (text.match(/.{1,34}(\s|$)|\S+/g) ?? [text]).map(safe).join("<br>");
  }

  function points(told) {
    const ink = colour("teal");
    return {
      type: "scatter",
      mode: told.points.length > 1 ? "lines+markers" : "markers",
      x: told.points.map((p) => p.on),
      y: told.points.map((p) => p.value),
      error_y: {
        type: "data",
        symmetric: false,
        array: told.points.map((p) => p.range[1] - p.value),
        arrayminus: told.points.map((p) => p.value - p.range[0]),
        color: ink,
        thickness: 2,
        width: 5,
      },
      line: { color: ink, width: 1.5 },
      marker: {
        size: 13,
        symbol: told.points.map((p) => (p.kind === "real" ? "diamond" : "circle")),
        color: told.points.map((p) => (p.kind === "real" ? colour("plum") : ink)),
      },
      hovertext: told.points.map((p) => hover(p.words)),
      hoverinfo: "text",
      cliponaxis: false,
    };
  }

  // One faint line a person: the name comes with the pointer, and in the table.
  function faint(told) {
    return people(told).map((one) => ({
      type: "scatter",
      mode: one.length > 1 ? "lines+markers" : "markers",
      x: one.map((p) => p.on),
      y: one.map((p) => p.value),
      line: { color: colour("quiet"), width: 1 },
      marker: { size: 6, color: colour("quiet") },
      opacity: 0.45,
      hovertext: one.map((p) => hover(p.words)),
      hoverinfo: "text",
      cliponaxis: false,
    }));
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
      return fits ? LETTERS[event.kind] : "";
    });
    return {
      type: "scatter",
      mode: "text",
      x: sorted.map((event) => event.on),
      y: sorted.map(() => 1),
      yaxis: "y2",
      text: shown,
      textposition: "top center",
      textfont: { color: colour("quiet"), size: 13 },
      hovertext: sorted.map((event) => hover(event.words)),
      hoverinfo: "text",
      cliponaxis: false,
    };
  }

  function layout(told, span) {
    const quiet = colour("quiet");
    const top = Math.max(...told.points.map((p) => p.range[1]), ...people(told).flat().map((p) => p.value), ...course(told).map((p) => p.range[1]), ...told.marks.map(([at]) => at * 1.08));
    const whole = told.unit === "share" ? 1.03 : top * 1.1 || 1;
    const mark = ([at, words]) => ({ x: 1, xref: "paper", xanchor: "left", y: at, text: words, showarrow: false, font: { color: quiet, size: 13 } });
    return {
      autosize: true,
      height: 260,
      margin: MARGIN,
      showlegend: false,
      hovermode: "closest",
      dragmode: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, color: colour("ink"), size: 14 },
      hoverlabel: { bgcolor: colour("paper"), bordercolor: colour("line"), font: { color: colour("ink"), size: 14 }, align: "left" },
      xaxis: { type: "date", range: span, nticks: 6, tickformat: "%b\n%Y", showgrid: false, zeroline: false, linecolor: colour("line"), fixedrange: true },
      yaxis: { range: [0, whole], tickformat: FORMATS[told.unit], nticks: 5, gridcolor: "rgba(0,0,0,0)", zeroline: true, zerolinecolor: colour("line"), fixedrange: true },
      yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
      annotations: told.marks.map(mark),
      shapes: [
        ...told.marks.map(([at]) => ({ type: "line", xref: "paper", x0: 0, x1: 1, y0: at, y1: at, line: { color: quiet, width: 1, dash: "dot" }, opacity: 0.55, layer: "below" })),
        ...told.events.map((event) => ({ type: "line", x0: event.on, x1: event.on, yref: "paper", y0: 0, y1: 1, line: { color: quiet, width: 1 }, opacity: 0.35, layer: "below" })),
      ],
    };
  }

  function draw(box) {
    const told = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const all = days(told);
    const span = [Math.min(...all) - ROOM * DAY, Math.max(...all) + ROOM * DAY];
    const width = box.clientWidth - MARGIN.l - MARGIN.r;
    Plotly.react(box, [events(told, width, span), ...faint(told), ...group(told), points(told)], layout(told, span), { displayModeBar: false, responsive: true });
    box.dataset.drawn = "yes";
  }

  const boxes = [...document.querySelectorAll("[data-chart]")];
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
})();
