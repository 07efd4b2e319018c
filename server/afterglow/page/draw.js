/* Draws the charts from the figures beside it, in the colours of the page, and again when those change. */
(function () {
  "use strict";
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var inks = {};
  ["accent", "quiet", "line", "text", "page"].forEach(function (name) {
    var ink = document.createElement("span");
    ink.className = "ink " + name;
    document.body.appendChild(ink);
    inks[name] = ink;
  });

  // A computed colour is one that a canvas understands, whatever the theme wrote.
  function ink(name) {
    return getComputedStyle(inks[name]).color;
  }

  function hatch(colour) {
    var size = 6;
    var tile = document.createElement("canvas");
    tile.width = tile.height = size;
    var pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(-1, size + 1);
    pen.lineTo(size + 1, -1);
    pen.moveTo(-1, 1);
    pen.lineTo(1, -1);
    pen.moveTo(size - 1, size + 1);
    pen.lineTo(size + 1, size - 1);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function span(minutes) {
    var whole = Math.round(minutes);
    if (whole < 1) {
      return minutes > 0 ? "under 1 min" : "0";
    }
    if (whole < 60) {
      return whole + " min";
    }
    var rest = whole % 60;
    return Math.floor(whole / 60) + " h" + (rest ? " " + String(rest).padStart(2, "0") : "");
  }

  function step(chart) {
    var most = 0;
    chart.series.forEach(function (one) {
      most = Math.max.apply(null, [most].concat(one.values));
    });
    return [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 960].find(function (size) {
      return most / size <= 4;
    });
  }

  function looks() {
    return {
      solid: { backgroundColor: ink("accent"), borderColor: ink("accent") },
      hatched: { backgroundColor: hatch(ink("quiet")), borderColor: ink("quiet") },
      open: { backgroundColor: "transparent", borderColor: ink("quiet") },
    };
  }

  function draw(chart) {
    var minutes = chart.unit === "min";
    var look = looks();
    return new Chart(document.getElementById(chart.id), {
      type: "bar",
      data: {
        labels: chart.labels,
        datasets: chart.series.map(function (one) {
          var set = { label: one.name, data: one.values, borderWidth: 1, borderRadius: 2, maxBarThickness: 36 };
          return Object.assign(set, look[one.look]);
        }),
      },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: {
            backgroundColor: ink("page"),
            titleColor: ink("text"),
            bodyColor: ink("text"),
            borderColor: ink("line"),
            borderWidth: 1,
            displayColors: chart.series.length > 1,
            callbacks: {
              title: function (items) {
                return chart.titles ? chart.titles[items[0].dataIndex] : items[0].label;
              },
              label: function (item) {
                return item.dataset.label + ": " + (minutes ? span(item.parsed.y) : item.parsed.y);
              },
            },
          },
        },
        scales: {
          x: {
            stacked: true,
            grid: { display: false },
            border: { color: ink("line") },
            ticks: { color: ink("quiet"), maxRotation: 0, autoSkipPadding: 4 },
          },
          y: {
            stacked: true,
            beginAtZero: true,
            border: { display: false },
            grid: { color: ink("line") },
            ticks: {
              color: ink("quiet"),
              maxTicksLimit: 5,
              precision: 0,
              stepSize: minutes ? step(chart) : undefined,
              callback: function (value) { return minutes ? span(value) : value; },
            },
          },
        },
      },
    });
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 13;
  var drawn = figures.map(draw);

  // Charts keep colours they have resolved once, so they are made anew.
  function redress() {
    drawn.forEach(function (made) { made.destroy(); });
    drawn = figures.map(draw);
  }

  document.documentElement.dataset.drawn = String(drawn.length);
  new MutationObserver(redress).observe(document.body, {
    attributes: true, attributeFilter: ["class", "data-vscode-theme-kind", "data-vscode-theme-id"],
  });
  // The theme's own colours are set on the root.
  new MutationObserver(redress).observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
  ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"].forEach(function (query) {
    matchMedia(query).addEventListener("change", redress);
  });
})();
