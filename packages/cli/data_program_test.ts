import assert from "node:assert/strict";
import { runData } from "./data_program.ts";
import { bufferTerminal } from "./terminal.ts";

async function run(...args: string[]) {
  const terminal = bufferTerminal();
  const code = await runData(args, terminal);
  return { code, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

/** A list of one dataset of one file on a site of this machine, and a folder to fetch into. */
async function withSite(
  text: string,
  test: (list: string, into: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(text),
  );
  const bytes = new TextEncoder().encode("1\t1\t0.5\n");
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const files = [{ path: "some/w.tsv", bytes: bytes.length, sha256 }];
  const url = `http://127.0.0.1:${server.addr.port}/w.tsv`;
  const texts = { name: "some", what: "Some", proves: "It", source: "here", licence: "MIT" };
  const list = { datasets: [{ ...texts, parts: [{ url, files }] }] };
  try {
    await Deno.writeTextFile(`${folder}/list.json`, JSON.stringify(list));
    await test(`${folder}/list.json`, `${folder}/into`);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("data says what is missing, fetches it, and then says that it is there", async () => {
  await withSite("1\t1\t0.5\n", async (list, into) => {
    const options = ["--manifest", list, "--into", into];
    const before = await run(...options);
    assert.deepEqual([before.code, before.out], [0, "some  1 missing\n  Some"]);
    const fetched = await run("some", ...options);
    assert.deepEqual([fetched.code, fetched.error], [0, `some: 1 file put in ${into}`]);
    assert.equal((await run("some", ...options)).error, "some: nothing to fetch, all is there");
    assert.equal((await run(...options)).out, "some  1 there\n  Some");
    assert.deepEqual(JSON.parse((await run(...options, "--json")).out), [{
      name: "some",
      files: [{ path: "some/w.tsv", state: "there", place: `${into}/some/w.tsv` }],
    }]);
  });
});

Deno.test("data tells of corrupt files by its exit code, and does not keep any", async () => {
  await withSite("1\t1\t0.25\n", async (list, into) => {
    const options = ["--manifest", list, "--into", into];
    const refused = await run("some", ...options);
    assert.equal(refused.code, 1);
    assert.match(refused.error, /^Cannot keep what .* has: it must have 8 bytes: received 9$/);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(into)), []);

    await Deno.mkdir(`${into}/some`);
    await Deno.writeTextFile(`${into}/some/w.tsv`, "1\t1\t0.7\n");
    const shown = await run(...options);
    assert.deepEqual([shown.code, shown.out], [1, "some  1 corrupt\n  Some"]);
    assert.match(shown.error, /w\.tsv: its SHA-256 must be/);
  });
});

Deno.test("a dataset that there is not is the user's fault, and all there are are named", async () => {
  const { code, error } = await run("imagenet");
  assert.equal(code, 2);
  assert.match(error, /must be one of graph-challenge-1024, .*dlmc.*: received imagenet/);
});
