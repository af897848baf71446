import type { Device, DevicePeaks } from "@spmm/spmm";
import { openDevices, type Processor, processorOf } from "@spmm/runner";
import { kernels } from "@spmm/registry";
import { Command } from "commander";
import type { Terminal } from "../terminal.ts";

/** `spmm devices`: what this machine has to compute with. */
export function devicesCommand(terminal: Terminal): Command {
  return new Command("devices")
    .description("list the devices there are, with their limits and kernels")
    .option("--peaks", "measure bandwidth and arithmetic as well (a second or two)")
    .option("--json", "print JSON")
    .action(async ({ peaks, json }: { peaks?: true; json?: true }) => {
      await using open = await openDevices("auto");
      const described = [];
      for (const device of open.devices) {
        described.push(describe(device, peaks && await device.peaks()));
      }
      terminal.print(
        json ? JSON.stringify(described, null, 2) : described.map(textOf).join("\n\n"),
      );
    });
}

interface Described {
  readonly kind: string;
  readonly name: string;
  readonly processor: Processor;
  readonly kernels: readonly string[];
  readonly facts: Device["facts"];
  readonly peaks?: DevicePeaks;
}

function describe(device: Device, peaks?: DevicePeaks): Described {
  return {
    kind: device.kind,
    name: device.name,
    processor: processorOf(device),
    kernels: kernels.on(device.kind).map(({ name }) => name),
    facts: device.facts,
    ...(peaks && { peaks }),
  };
}

function textOf({ name, processor, kernels, facts, peaks }: Described): string {
  return [
    `${processor}: ${name}`,
    `  kernels: ${kernels.join(", ")}`,
    ...Object.entries(facts).map(([fact, value]) => `  ${fact}: ${value}`),
    ...(peaks
      ? [
        `  bandwidth: ${(peaks.bytesPerSecond / 1e9).toPrecision(3)} GB/s`,
        `  arithmetic: ${(peaks.flopsPerSecond / 1e9).toPrecision(3)} GFLOP/s`,
      ]
      : []),
  ].join("\n");
}
