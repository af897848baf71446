import assert from "node:assert/strict";
import * as orderJob from "./order_job.as.ts";
import * as panelJob from "./panel_job.as.ts";
import { JOB, PACKED, SPILL } from "./panel_product.as.ts";
import { WIDE_ROW_BYTES } from "./panel_layout.ts";

Deno.test("a thread's own memory has room for a row of a panel and for either kind of job", () => {
  assert.ok(JOB - SPILL >= WIDE_ROW_BYTES);
  assert.equal(PACKED % 64, 0);
  for (const parts of [panelJob, orderJob]) {
    const places = Object.values(parts).toSorted((a, b) => a - b);
    assert.equal(new Set(places).size, places.length);
    assert.ok(JOB + places[places.length - 1] + 8 <= PACKED);
  }
});
