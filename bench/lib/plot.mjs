// Plots of what was measured, as SVG.

import { init } from "echarts";
import { median } from "./table.mjs";

const colors = { ours: "#0b6e99", official: "#c4581f", proportional: "#999999" };

/** What calls take over bare `fetch` with an instant answer. */
export function plotOfCalls(measured) {
  const rows = measured.filter(({ place, operation }) => place === "instant" && operation !== "sas").toReversed();
  const overBare = (client) => ({
    ...{ name: client, type: "scatter", symbolSize: 11, itemStyle: { color: colors[client] } },
    data: rows.map(({ operation, told }) => {
      const { bare, [client]: other } = told;
      return [median(other.map(({ micros }, i) => micros - bare[i].micros)), operation];
    }),
  });
  return svg({
    title: { text: "CPU time of a call over bare fetch, instant answer", left: "center" },
    legend: { top: 38 },
    grid: { left: 110, right: 30, top: 76, bottom: 50 },
    xAxis: { type: "log", name: "microseconds", nameLocation: "middle", nameGap: 28, min: 1 },
    yAxis: { type: "category", data: rows.map(({ operation }) => operation), splitLine: { show: true } },
    series: ["ours", "official"].map(overBare),
  });
}

/** What comes through, by how many requests are in flight. */
export function plotOfScale(measured) {
  const rows = measured.filter(({ queues }) => queues === 1);
  const line = (name, data, more) => ({
    ...{ name, type: "line", data, symbolSize: 8, itemStyle: { color: colors[name] }, ...more },
  });
  const of = (client) => rows.filter((row) => row.client === client).map((row) => [row.inFlight, row.perSecond]);
  const [[first, least]] = of("ours");
  const proportional = rows
    .filter(({ client }) => client === "ours")
    .map(({ inFlight }) => [inFlight, (least * inFlight) / first]);
  const dashed = { symbol: "none", lineStyle: { type: "dashed", color: colors.proportional } };
  return svg({
    title: { text: "Messages received and deleted a second, answers after 20 ms", left: "center" },
    legend: { top: 38 },
    grid: { left: 80, right: 30, top: 76, bottom: 50 },
    xAxis: { type: "log", logBase: 2, name: "requests in flight", nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "log", name: "messages a second", nameLocation: "middle", nameGap: 50 },
    series: [line("proportional", proportional, dashed), line("official", of("official")), line("ours", of("ours"))],
  });
}

function svg(option) {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 760, height: 440 });
  chart.setOption({ animation: false, backgroundColor: "#ffffff", ...option });
  const text = chart.renderToSVGString();
  chart.dispose();
  return `${text}\n`;
}
