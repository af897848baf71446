/** What a page did that it should not have, and what it asked for. */
export interface PageDeeds {
  /** Errors and warnings of the console, exceptions, and what the content policy forbade. */
  readonly complaints: readonly string[];
  /** Addresses that were fetched. */
  readonly requests: readonly string[];
}

/** How a page is looked at. */
export interface Viewport {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** What the system prefers. */
  readonly theme: "light" | "dark";
}

const PROGRAM = "chromium";
const OPTIONS = [
  "--headless",
  // The one page that is opened is our own, and the sandbox does not start for root.
  ...["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"],
  ...["--no-first-run", "--disable-background-networking", "--disable-component-update"],
  ...["--disable-sync", "--disable-extensions"],
  // Pages reach nobody but a server of the test that opens them.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--remote-debugging-port=0",
];

/** How a browser is started. */
export interface BrowserOptions {
  /** Whether pages have WebGPU, in software; not unless asked for. */
  readonly webgpu?: boolean;
}

const WITHOUT_GPU = ["--disable-gpu"];
const WITH_WEBGPU = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-webgpu-adapter=swiftshader",
];

/** Whether there is a browser that may be started. */
export async function hasBrowser(): Promise<boolean> {
  try {
    const command = new Deno.Command(PROGRAM, {
      ...{ args: ["--version"], stdout: "null", stderr: "null" },
    });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

/** A page in a headless Chromium of its own, over the DevTools protocol. */
export class HeadlessPage implements AsyncDisposable {
  readonly #browser: Deno.ChildProcess;
  readonly #greeting: Greeting;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #answers = new Map<number, PromiseWithResolvers<Fields>>();
  readonly #waiting = new Map<string, () => void>();
  readonly #deeds = { complaints: [] as string[], requests: [] as string[] };
  #session: string | undefined;
  #sent = 0;

  private constructor(
    browser: Deno.ChildProcess,
    greeting: Greeting,
    socket: WebSocket,
    profile: string,
  ) {
    this.#browser = browser;
    this.#greeting = greeting;
    this.#socket = socket;
    this.#profile = profile;
    socket.onmessage = ({ data }) => this.#receive(fieldsOf(JSON.parse(String(data))));
  }

  /** Starts the browser with an empty profile and an empty page. */
  static async open({ webgpu = false }: BrowserOptions = {}): Promise<HeadlessPage> {
    const profile = await Deno.makeTempDir({ prefix: "browser-" });
    const options = [...OPTIONS, ...(webgpu ? WITH_WEBGPU : WITHOUT_GPU)];
    const browser = new Deno.Command(PROGRAM, {
      args: [...options, `--user-data-dir=${profile}`, "about:blank"],
      // Whatever else it writes shall go with the profile.
      env: { HOME: profile, XDG_RUNTIME_DIR: profile },
      ...{ stdin: "null", stdout: "null", stderr: "piped" },
    }).spawn();
    const greeting = await greetingIn(browser.stderr);
    const socket = new WebSocket(greeting.address);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.onopen = () => resolve();
    socket.onerror = () => reject(cannot("talk to the browser", "it must answer", "none"));
    await promise;
    const page = new HeadlessPage(browser, greeting, socket, profile);
    await page.#attach();
    return page;
  }

  /** Opens an address, and waits until the page is loaded. */
  async visit(url: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set("Page.loadEventFired", resolve);
    await this.#send("Page.navigate", { url });
    await promise;
  }

  /** Sets the size of the window, and the theme that the system prefers. */
  async look({ width, height, theme }: Viewport): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
    await this.#send("Emulation.setDeviceMetricsOverride", metrics);
    const features = [{ name: "prefers-color-scheme", value: theme }];
    await this.#send("Emulation.setEmulatedMedia", { features });
    // The page hears of it as it makes its next frame; a window that is not drawn makes none.
    await this.evaluate(`new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
      setTimeout(() => done(false), 1000);
    })`);
  }

  /** The value of an expression in the page, as JSON can say it. */
  async evaluate(expression: string): Promise<unknown> {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", options);
    if (exceptionDetails !== undefined) {
      throw cannot("evaluate in the page", "it must not throw", JSON.stringify(exceptionDetails));
    }
    return fieldsOf(result)["value"];
  }

  /** Presses a key and lets it go, as a person at a keyboard does. */
  async press(key: "Tab" | "Enter"): Promise<void> {
    const code = key === "Tab" ? 9 : 13;
    const event = { key, code: key, windowsVirtualKeyCode: code };
    await this.#send("Input.dispatchKeyEvent", {
      ...event,
      type: "keyDown",
      ...(key === "Enter" && { text: "\r" }),
    });
    await this.#send("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  }

  /** A picture of what is in the window, or of the whole page, as PNG. */
  async picture(whole = false): Promise<Uint8Array> {
    const options = { format: "png", captureBeyondViewport: whole };
    const { data } = await this.#send("Page.captureScreenshot", options);
    return Uint8Array.fromBase64(String(data));
  }

  /** What happened since the browser was opened. */
  get deeds(): PageDeeds {
    return this.#deeds;
  }

  /** Ends the browser and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.onclose = () => resolve();
    this.#socket.send(JSON.stringify({ id: ++this.#sent, method: "Browser.close" }));
    await Promise.all([promise, this.#browser.status]);
    await this.#greeting.hangUp();
    await Deno.remove(this.#profile, { recursive: true });
  }

  async #attach(): Promise<void> {
    const { targetId } = await this.#send("Target.createTarget", { url: "about:blank" });
    const attached = await this.#send("Target.attachToTarget", { targetId, flatten: true });
    this.#session = String(attached["sessionId"]);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) {
      await this.#send(`${domain}.enable`);
    }
  }

  #send(method: string, params: Fields = {}): Promise<Fields> {
    const id = ++this.#sent;
    const answer = Promise.withResolvers<Fields>();
    this.#answers.set(id, answer);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return answer.promise;
  }

  #receive({ id, method, params, result, error }: Fields): void {
    if (typeof id === "number") {
      const answer = this.#answers.get(id);
      this.#answers.delete(id);
      if (error === undefined) answer?.resolve(fieldsOf(result));
      else answer?.reject(cannot("ask the browser", "it must obey", JSON.stringify(error)));
    } else this.#note(String(method), fieldsOf(params));
  }

  #note(method: string, params: Fields): void {
    this.#waiting.get(method)?.();
    this.#waiting.delete(method);
    const { complaints, requests } = this.#deeds;
    if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded") {
      complaints.push(JSON.stringify(params));
    } else if (method === "Runtime.consoleAPICalled" && params["type"] !== "log") {
      complaints.push(JSON.stringify(params["args"]));
    } else if (method === "Network.requestWillBeSent") {
      requests.push(String(fieldsOf(params["request"])["url"]));
    }
  }
}

/** A browser that does not do what a test asks of it. */
class BrowserError extends Error {
  override readonly name = "BrowserError";
}

function cannot(action: string, right: string, received: string): BrowserError {
  return new BrowserError(`Cannot ${action}: ${right}: received ${received}`);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** What a browser says first of all. */
interface Greeting {
  /** Where it listens. */
  readonly address: string;
  /** Stops listening to what else it and those whom it started have to say. */
  hangUp(): Promise<void>;
}

/** Where the browser listens, which it says among its complaints; the rest of them is dropped. */
async function greetingIn(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Greeting> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  for (;;) {
    const { done, value } = await reader.read();
    said += value ?? "";
    const address = /listening on (ws:\S+)\s/.exec(said)?.[1];
    if (address === undefined && !done) continue;
    if (address === undefined) {
      throw cannot("start the browser", "it must say where it listens", said);
    }
    const rest = drain(reader);
    return {
      address,
      async hangUp() {
        await reader.cancel();
        await rest;
      },
    };
  }
}

/** A pipe that nobody reads would stop the browser once it is full. */
async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
