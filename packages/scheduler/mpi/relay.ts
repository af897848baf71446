import type { WorkerDevice } from "../devices/worker_device.ts";
import type { Link, OpenLink, Order } from "../workers/messages.ts";
import type { Envelope } from "./envelopes.ts";

/** What is this rank's own of the orders that reach it. */
export interface OwnPlace {
  readonly device: WorkerDevice;
  /** File of shared arrays on this machine. */
  readonly shared: string | undefined;
}

/** Another rank's side: it starts the worker that rank 0 asks for, and carries words to and fro. */
export class Relay {
  readonly #send: (envelope: Envelope) => void;
  readonly #open: OpenLink;
  readonly #own: OwnPlace;
  readonly #links = new Map<number, Link>();

  constructor(send: (envelope: Envelope) => void, open: OpenLink, own: OwnPlace) {
    this.#send = send;
    this.#open = open;
    this.#own = own;
  }

  /** Does what rank 0 says. */
  async hear(envelope: Envelope): Promise<void> {
    switch (envelope.kind) {
      case "hire":
        this.#hire(envelope.life);
        return;
      case "order":
        this.#links.get(envelope.life)?.send(this.#here(envelope.order));
        return;
      case "dismiss":
        await this.#links.get(envelope.life)?.end();
        this.#links.delete(envelope.life);
        this.#send({ kind: "gone", life: envelope.life });
        return;
    }
  }

  /** Ends all workers of this rank. */
  async end(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.end()));
  }

  #hire(life: number): void {
    try {
      this.#links.set(life, this.#open((event) => this.#send({ kind: "event", life, event })));
    } catch (error) {
      this.#send({ kind: "event", life, event: { kind: "closed", reason: String(error) } });
    }
  }

  /** Rank 0 does not know this rank's device, nor where its machine keeps what is shared. */
  #here(order: Order): Order {
    if (order.kind !== "start") return order;
    const { shared: _, ...rest } = order;
    const { device, shared } = this.#own;
    return { ...rest, device, ...shared !== undefined && { shared } };
  }
}
