import type { AliveAfter } from "@spmm/network";

const WIDTH = 60;
const HEIGHT = 6;
const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * How many inputs are alive after each layer, as bars of text. Where nobody looked at every layer,
 * the count of the layer before stands; whoever is alive has a mark, however few they are.
 *
 * ```text
 *   1200 ┤█▇▅
 *        │███▃▁
 *      0 ┤██████▁▁▁▁▁
 *         0       120 layers
 * ```
 */
export function aliveChart(alive: readonly AliveAfter[]): string {
  const layers = alive.at(-1)?.layers ?? 0;
  const most = Math.max(1, ...alive.map(({ inputs }) => inputs));
  const bars = Math.min(WIDTH, layers + 1);
  const heights = Array.from({ length: bars }, (_, bar) => {
    const after = bars === 1 ? 0 : Math.round(bar * layers / (bars - 1));
    const count = alive.findLast((look) => look.layers <= after)?.inputs ?? 0;
    const eighths = Math.round(count * HEIGHT * 8 / most);
    return count > 0 ? Math.max(1, eighths) : 0;
  });
  const margin = String(most).length;
  const lines = Array.from({ length: HEIGHT }, (_, line) => {
    const below = (HEIGHT - 1 - line) * 8;
    const cells = heights.map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))]);
    const label = line === 0 ? String(most) : line === HEIGHT - 1 ? "0" : "";
    return `${label.padStart(margin)} ${label === "" ? "│" : "┤"}${cells.join("")}`.trimEnd();
  });
  const end = `${layers} ${layers === 1 ? "layer" : "layers"}`;
  const axis = `${" ".repeat(margin + 2)}0${end.padStart(Math.max(bars - 1, end.length + 1))}`;
  return [...lines, axis].join("\n");
}
