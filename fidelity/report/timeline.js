// The timeline: a bar for each turn, a shape for each code. Its words are looked up in the transcript.

(() => {
  const data = JSON.parse(document.getElementById("timeline-data").textContent);
  const chart = document.getElementById("chart");
  const picked = document.getElementById("picked");
  const LETTERS = 22; // px that the letters of one shape take up
  const CROWD = 40; // px for each shape and row; with less, scattered letters would be noise
  const LEAST = 10; // px for each shape and row; with less, shapes lie on each other and thin lines say more
  const MARGIN = { l: 150, r: 16, t: 24, b: 40 };
  const NARROW = 560; // px; a phone has no margin to write in
  const LONGEST_QUOTE = 90; // characters

  // Rows from top to bottom. Bars are the two lanes; shapes stand with the person whose words they mark.
  const used = new Set(data.marks.map(([code]) => data.codes[code].row));
  const speakers = new Set(data.bars.map(([speaker]) => speaker));
  const rows = [
    ...data.above.filter((row) => used.has(row)),
    ["practitioner", "Practitioner"],
    ["client", "Client"],
    ...data.below.filter((row) => used.has(row)),
    ...(speakers.has("other") ? [["other", "Somebody else"]] : []),
  ];
  const height = new Map(rows.map((row, i) => [Array.isArray(row) ? row[0] : row, rows.length - i]));
  // A date axis writes minutes and seconds. It counts milliseconds, and takes small numbers for years.
  const DAY = Date.UTC(2000, 0, 1);
  const at = (value) => (data.timed ? DAY + value * 1000 : value);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

  function describe(id) {
    const line = document.getElementById(id);
    if (!line) return { when: "", text: "" };
    const text = line.querySelector(".text").textContent;
    const when = line.querySelector(".time").lastChild?.textContent ?? "";
    return { when, text: text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text };
  }

  function hover(heading, id) {
    const wide = chart.clientWidth < NARROW ? /.{1,24}(\s|$)|\S+/g : /.{1,45}(\s|$)|\S+/g;
    const lines = describe(id).text.match(wide) ?? [];
    return [heading, ...lines].map(safe).join("<br>");
  }

  function bars(speaker) {
    const own = data.bars.filter((bar) => bar[0] === speaker);
    return {
      type: "bar",
      orientation: "h",
      x: own.map((bar) => bar[3] * (data.timed ? 1000 : 1)),
      base: own.map((bar) => at(bar[2])),
      y: own.map(() => height.get(speaker)),
      width: 0.62,
      customdata: own.map((bar) => bar[4]),
      hovertext: own.map((bar) => hover(bar[1], bar[4])),
      hoverinfo: "text",
      marker: { color: colour(`lane-${speaker}`), line: { width: 0 } },
    };
  }

  const inside = () => chart.clientWidth - (chart.clientWidth < NARROW ? 8 : MARGIN.l) - MARGIN.r;
  const px = (mark) => ((at(mark[1]) - range[0]) / (range[1] - range[0])) * inside();

  // How much room each shape has in its row, in pixels, with what is in view.
  function room() {
    const seen = data.marks.filter((mark) => px(mark) >= 0 && px(mark) <= inside()).length;
    return (inside() * used.size) / Math.max(seen, 1);
  }

  // Letters appear where there is room for them, above or below their shape, so zooming in always shows them.
  // Gives the side of each mark's letters, or nothing.
  function sides() {
    if (room() < CROWD) return new Map();
    const last = new Map(); // where the last letters of a row stand, above and below
    return new Map(data.marks.map((mark) => {
      const { row } = data.codes[mark[0]];
      const ends = last.get(row) ?? { top: -Infinity, bottom: -Infinity };
      const side = ["top", "bottom"].find((one) => px(mark) - ends[one] >= LETTERS);
      if (side) last.set(row, { ...ends, [side]: px(mark) });
      return [mark, side];
    }));
  }

  function shapes(code, side, thin) {
    const { letters, family, symbol, row, name } = data.codes[code];
    const own = data.marks.filter((mark) => mark[0] === code);
    const ink = colour(family);
    return {
      type: "scatter",
      mode: "markers+text",
      name: letters,
      x: own.map((mark) => at(mark[1])),
      y: own.map(() => height.get(row)),
      text: own.map((mark) => (side.get(mark) ? letters : "")),
      textposition: own.map((mark) => `${side.get(mark) ?? "top"} center`),
      cliponaxis: false,
      customdata: own.map((mark) => mark[2]),
      hovertext: own.map((mark) => hover(mark[3] ? `${name}, a suggestion` : name, mark[2])),
      hoverinfo: "text",
      textfont: { size: 11, color: ink },
      marker: {
        symbol: own.map((mark) => (thin ? "line-ns" : mark[3] ? `${symbol}-open` : symbol)),
        size: 11,
        color: ink,
        line: { width: own.map((mark) => (mark[3] && !thin ? 2 : 1)), color: ink },
      },
    };
  }

  const codes = Object.keys(data.codes).filter((code) => data.marks.some((mark) => mark[0] === code));
  const end = Math.max(...data.bars.map((bar) => bar[2] + bar[3]), 1);
  const whole = [at(data.timed ? 0 : 0.5), at(data.timed ? end : end + 0.2)];
  let range = whole;
  let heard = 0; // where the player is

  function traces() {
    const side = sides();
    const thin = room() < LEAST;
    return [...[...speakers].map(bars), ...codes.map((code) => shapes(code, side, thin))];
  }

  function layout() {
    const text = colour("ink");
    const family = getComputedStyle(document.body).fontFamily;
    const narrow = chart.clientWidth < NARROW;
    const label = (row) => (Array.isArray(row) ? row[1] : row);
    return {
      height: 64 + rows.length * 44,
      margin: narrow ? { ...MARGIN, l: 8 } : MARGIN,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family, size: 14, color: text },
      showlegend: false,
      hovermode: "closest",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("quiet"), activecolor: colour("teal") },
      hoverlabel: { bgcolor: colour("ground"), bordercolor: colour("quiet"), font: { family, color: text }, align: "left" },
      bargap: 0,
      barmode: "overlay",
      dragmode: matchMedia("(pointer: coarse)").matches ? false : "pan",
      xaxis: {
        type: data.timed ? "date" : "linear",
        range: [...range],
        minallowed: whole[0],
        maxallowed: whole[1],
        tickformat: data.timed ? (end >= 3600 ? "%-H:%M:%S" : "%-M:%S") : "d",
        title: data.timed ? undefined : { text: "Turn" },
        nticks: Math.max(6, Math.floor(chart.clientWidth / 90)),
        gridcolor: colour("line"),
        zeroline: false,
      },
      yaxis: {
        range: [0.4, rows.length + 0.8],
        fixedrange: true,
        showgrid: false,
        zeroline: false,
        showticklabels: !narrow,
        tickvals: rows.map((_, i) => rows.length - i),
        ticktext: rows.map(label),
      },
      // There, the label stands above its row.
      annotations: narrow
        ? rows.map((row, i) => ({
            text: label(row), x: 0, xref: "paper", xanchor: "left", y: rows.length - i + 0.5, yref: "y",
            showarrow: false, font: { size: 12, color: colour("quiet") }, bgcolor: colour("ground"),
          }))
        : [],
      shapes: data.timed && player.play ? [
        { type: "line", x0: at(heard), x1: at(heard), y0: 0, y1: 1, yref: "paper", line: { color: colour("teal"), width: 2 } },
      ] : [],
    };
  }

  function pick(event) {
    const point = event.points.at(-1); // shapes lie over bars
    const id = point.customdata;
    const line = id && document.getElementById(id);
    if (!line) return;
    transcript.show(line);
    const { when, text } = describe(id);
    const link = document.createElement("a");
    link.href = `#${id}`;
    link.textContent = `${when ? `${when} ` : ""}“${text}”`;
    picked.replaceChildren(link);
    if (player.play && line.dataset.from) player.play(Number(line.dataset.from));
    else location.hash = id;
  }

  const config = {
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    doubleClick: "reset",
    modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
    displayModeBar: true,
  };

  const draw = () => Plotly.react(chart, traces(), layout(), config);

  // Plotly hands back the edges of a date axis as "2000-01-01 00:03:20", or as the bare date at midnight.
  function toNumber(edge) {
    if (typeof edge !== "string" || !data.timed) return Number(edge);
    return Date.parse(edge.includes(" ") ? `${edge.replace(" ", "T")}Z` : edge);
  }

  function zoomed(change) {
    // Another stretch or another width; otherwise it was only the line of the player that moved.
    if (!Object.keys(change).some((key) => key.startsWith("xaxis") || key === "autosize")) return;
    range = chart.layout.xaxis.range.map(toNumber);
    draw();
  }

  let started = false;
  async function start() {
    if (started) return;
    started = true;
    await draw();
    chart.on("plotly_click", pick);
    chart.on("plotly_relayout", zoomed);
    player.onTime((time) => {
      if (!data.timed || Math.abs(time - heard) < 0.5) return; // twice a second is smooth enough
      heard = time;
      Plotly.relayout(chart, { "shapes[0].x0": at(time), "shapes[0].x1": at(time) });
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }

  // Drawing takes a moment for a long recording: the words are readable before it starts.
  if (document.readyState === "complete") setTimeout(start); // a page that brings charts only when they are wanted
  else addEventListener("load", () => setTimeout(start));

  // Paper is narrower than most windows, and light.
  const print = matchMedia("print");
  print.addEventListener("change", () => (started ? draw() : start()));
})();
