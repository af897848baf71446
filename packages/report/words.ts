import type { PointParameters, Scalar, StoredRun } from "@spmm/runner";

/** A moment to the minute, in UTC: "21 Nov 2026, 11:30 UTC"; as it is where it is none. */
export function momentText(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  const day = new Intl.DateTimeFormat("en-GB", {
    ...{ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" },
  }).format(moment);
  return `${day}, ${moment.toISOString().slice(11, 16)} UTC`;
}

/** How long something took, in the two largest units: "4 min 12 s". */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** A number of things, "1 point", "3 points". */
export function countText(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** What identifies a point, "n = 64, storage = f32". */
export function parametersText(parameters: PointParameters): string {
  return Object.entries(parameters).map(([name, value]) => `${name} = ${value}`).join(", ");
}

/** A fact of a device: whole numbers with their thousands apart, yes and no. */
export function factText(value: Scalar): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}

/** Seconds that the points of a run took. */
export function secondsOf({ points }: StoredRun): number {
  return points.reduce((sum, { seconds }) => sum + seconds, 0);
}
