import { hostDevice } from "@spmm/spmm";
import assert from "node:assert/strict";
import { climbOf, connectionsOf, NETWORKS, reasonToSkip } from "./networks.ts";

const request = { device: hostDevice, inputs: 60_000, asked: false, scale: "full" } as const;

Deno.test("networks have 32 connections to a neuron", () => {
  assert.equal(NETWORKS.length, 12);
  assert.equal(connectionsOf("1024x120"), 3_932_160);
});

Deno.test("a network that is not measured says whether it is time or memory", () => {
  const reason = (name: typeof NETWORKS[number], asked: boolean, bytes = Infinity) =>
    reasonToSkip({ ...request, name, asked }, bytes);
  assert.equal(reason("1024x120", false), undefined);
  assert.match(reason("65536x480", false) ?? "", /^time: .* --set networks=65536x480 measures it/);
  assert.match(reason("16384x120", false) ?? "", /3\.8e\+12 edges are too many for a cpu/);
  assert.equal(reason("16384x120", true), undefined);
  assert.match(
    reason("65536x1920", true, 64 * 2 ** 30) ?? "",
    /the host must hold 90 GiB to plan it: it has 64/,
  );
});

Deno.test("the whole ladder is climbed on small networks, its ends on large ones", () => {
  const climbs = ["1024x120", "1024x480", "4096x120", "65536x120"] as const;
  assert.deepEqual(climbs.map(climbOf), ["all", "labelled", "all", "ends"]);
});
