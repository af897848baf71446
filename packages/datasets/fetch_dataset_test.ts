import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { datasetStatus } from "./dataset_status.ts";
import { DatasetError } from "./errors.ts";
import { fetchDataset } from "./fetch_dataset.ts";
import type { DataFile, DataPart, Dataset } from "./manifest.ts";
import { gzip, tarGzip } from "./tar_for_tests.ts";

const TEXT = "1\t2\t0.0625\n".repeat(3000);

function fileOf(path: string, text = TEXT): DataFile {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { path, bytes: text.length, sha256 };
}

function datasetOf(...parts: DataPart[]): Dataset {
  return { name: "test", what: "", proves: "", source: "its page", licence: "", parts };
}

interface Site {
  /** Where it answers. */
  readonly url: string;
  /** A folder to fetch into. */
  readonly root: string;
  /** How often it was asked. */
  readonly asked: () => number;
}

/** A site on this machine that answers as told, and a folder that is looked at afterwards. */
async function atSite(
  answer: (path: string) => Response | Promise<Response>,
  test: (site: Site) => Promise<void>,
): Promise<void> {
  let asked = 0;
  const root = await Deno.makeTempDir();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked++;
    return answer(new URL(request.url).pathname);
  });
  try {
    const url = `http://127.0.0.1:${server.addr.port}`;
    await test({ url, root, asked: () => asked });
  } finally {
    await server.shutdown();
    await Deno.remove(root, { recursive: true });
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).toSorted();
}

Deno.test("a file comes, is checked, and is not fetched again", async () => {
  const bytes = await gzip(new TextEncoder().encode(TEXT));
  await atSite(() => new Response(bytes), async ({ url, root, asked }) => {
    const dataset = datasetOf({ url: `${url}/w.tsv.gz`, files: [fileOf("net/w.tsv")] });
    assert.deepEqual((await datasetStatus(dataset, [root])).map(({ state }) => state), ["missing"]);
    const seen: number[] = [];
    const fetched = await fetchDataset(dataset, {
      root,
      onProgress: ({ received }) => seen.push(received),
    });
    assert.deepEqual(fetched, ["net/w.tsv.gz"]);
    assert.equal(seen.at(-1), bytes.length);
    assert.deepEqual(await Deno.readFile(`${root}/net/w.tsv.gz`), bytes);
    assert.deepEqual(await filesIn(root), ["net"]);

    assert.deepEqual(await fetchDataset(dataset, { root }), []);
    assert.equal(asked(), 1);
    const elsewhere = { root: `${root}/other`, roots: [root] };
    assert.deepEqual(await fetchDataset(dataset, elsewhere), []);
    assert.equal(asked(), 1);
  });
});

Deno.test("a corrupt file is told from a good one, and replaced", async () => {
  await atSite(() => new Response(TEXT), async ({ url, root }) => {
    const dataset = datasetOf({ url: `${url}/w.tsv`, files: [fileOf("w.tsv")] });
    for (const damaged of [TEXT.slice(1), TEXT.replace("1", "7")]) {
      await Deno.writeTextFile(`${root}/w.tsv`, damaged);
      const [{ state, fault }] = await datasetStatus(dataset, [root]);
      assert.equal(state, "corrupt");
      assert.match(fault ?? "", /bytes|SHA-256/);
      assert.deepEqual(await fetchDataset(dataset, { root }), ["w.tsv"]);
      assert.equal(await Deno.readTextFile(`${root}/w.tsv`), TEXT);
    }
  });
});

Deno.test("a file without a known checksum is there, unchecked", async () => {
  await atSite(() => new Response(TEXT), async ({ url, root }) => {
    const dataset = datasetOf({ url: `${url}/w.tsv`, files: [{ path: "w.tsv" }] });
    await fetchDataset(dataset, { root });
    assert.deepEqual((await datasetStatus(dataset, [root])).map(({ state }) => state), [
      "unchecked",
    ]);
    assert.deepEqual(await fetchDataset(dataset, { root }), []);
  });
});

Deno.test("an archive is unpacked, and its files are checked before any is put in place", async () => {
  const archive = await tarGzip({ "top/a.tsv": TEXT, "top/deep/b.tsv": "b", "top/more.tsv": "c" });
  await atSite(() => new Response(archive), async ({ url, root }) => {
    const unpack = { into: "net", strip: 1 };
    const files = [fileOf("net/a.tsv"), fileOf("net/deep/b.tsv", "b")];
    const part = { url: `${url}/net.tar.gz`, unpack, files };
    const wrong = { ...part, files: [files[0], fileOf("net/deep/b.tsv", "B")] };
    await assert.rejects(fetchDataset(datasetOf(wrong), { root }), /Cannot keep net\/deep\/b\.tsv/);
    const absent = { ...part, files: [...files, fileOf("net/d.tsv")] };
    await assert.rejects(fetchDataset(datasetOf(absent), { root }), /must be in the archive/);
    assert.deepEqual(await filesIn(root), []);

    const fetched = await fetchDataset(datasetOf(part), { root });
    assert.deepEqual(fetched.toSorted(), ["net/a.tsv", "net/deep/b.tsv", "net/more.tsv"]);
    assert.equal(await Deno.readTextFile(`${root}/net/a.tsv`), TEXT);
    assert.deepEqual(await filesIn(root), ["net"]);
  });
});

const zipped = await gzip(new TextEncoder().encode(TEXT));
const tar = await tarGzip({ "a.tsv": TEXT });
const sent = (bytes: Uint8Array<ArrayBuffer>) => () => new Response(bytes);
const missing = () => new Response("no such key", { status: 404, statusText: "Not Found" });

const FAILURES: readonly [string, string, () => Response, RegExp][] = [
  [
    "another content",
    "w.tsv",
    () => new Response(TEXT.replace("1", "7")),
    /SHA-256 must be \w{64}/,
  ],
  [
    "another length",
    "w.tsv",
    () => new Response(`${TEXT} `),
    /must have 33000 bytes: received 33001/,
  ],
  ["an empty file", "w.tsv", () => new Response(""), /must have 33000 bytes: received 0/],
  ["gzip that is cut short", "w.tsv.gz", sent(zipped.slice(0, -9)), /damaged or cut short/],
  ["an archive that is cut short", "w.tar.gz", sent(tar.slice(0, -9)), /must be a whole archive/],
  ["no such file", "w.tsv", missing, /must have the file; else .* received 404 Not Found/],
  ["an error of the site", "w.tsv", () => new Response(null, { status: 503 }), /received 503/],
];

for (const [what, name, answer, message] of FAILURES) {
  Deno.test(`nothing is left of ${what}`, async () => {
    await atSite(answer, async ({ url, root }) => {
      const unpack = name.endsWith(".tar.gz") ? { unpack: { into: ".", strip: 0 } } : {};
      const dataset = datasetOf({ url: `${url}/${name}`, files: [fileOf("w.tsv")], ...unpack });
      await Deno.writeTextFile(`${root}/w.tsv`, "what was there before");
      await assert.rejects(
        fetchDataset(dataset, { root }),
        (error) => {
          assert.ok(error instanceof DatasetError);
          assert.match(error.message, message);
          return true;
        },
      );
      assert.deepEqual(await filesIn(root), ["w.tsv"]);
      assert.equal(await Deno.readTextFile(`${root}/w.tsv`), "what was there before");
    });
  });
}

Deno.test("without a network it is said what could not be reached, and where to put it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}/w.tsv.gz`;
  listener.close();
  const root = await Deno.makeTempDir();
  const dataset = datasetOf({ url, files: [fileOf("net/w.tsv")] });
  await assert.rejects(fetchDataset(dataset, { root }), (error) => {
    assert.ok(error instanceof DatasetError);
    assert.ok(error.message.includes(url));
    assert.ok(error.message.includes(`put the file by hand at ${root}/net/w.tsv.gz`));
    return true;
  });
  assert.deepEqual(await filesIn(root), []);
  await Deno.remove(root, { recursive: true });
});

Deno.test("nothing is left of an answer that breaks off", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${TEXT.length}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head + TEXT.slice(0, 9000)));
  })();
  const root = await Deno.makeTempDir();
  const url = `http://127.0.0.1:${listener.addr.port}/w.tsv`;
  const fetching = fetchDataset(datasetOf({ url, files: [fileOf("w.tsv")] }), { root });
  await assert.rejects(fetching, /must come to its end; else put the file by hand/);
  await answering;
  assert.deepEqual(await filesIn(root), []);
  await Deno.remove(root, { recursive: true });
});

Deno.test("what nobody publishes is to be put by hand", async () => {
  const root = await Deno.makeTempDir();
  const dataset = datasetOf({ files: [fileOf("w.tsv")] });
  await assert.rejects(fetchDataset(dataset, { root }), /see its page\): put it by hand/);
  await Deno.remove(root, { recursive: true });
});

Deno.test("a download that is stopped leaves nothing", async () => {
  const endless = () =>
    new Response(
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(4096)),
      }),
    );
  await atSite(endless, async ({ url, root }) => {
    const stop = new AbortController();
    const dataset = datasetOf({ url: `${url}/w.tsv`, files: [fileOf("w.tsv")] });
    const fetching = fetchDataset(dataset, {
      root,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await assert.rejects(fetching, DatasetError);
    assert.deepEqual(await filesIn(root), []);
  });
});
