import type { LinkEvent, OpenLink } from "../workers/messages.ts";
import type { Envelope } from "./envelopes.ts";

interface RemoteLife {
  readonly hear: (event: LinkEvent) => void;
  readonly gone: PromiseWithResolvers<void>;
}

/** Rank 0's side of the workers on other ranks. */
export class RemoteWorkers {
  readonly #send: (rank: number, envelope: Envelope) => void;
  readonly #lives = new Map<string, RemoteLife>();
  #life = 0;

  constructor(send: (rank: number, envelope: Envelope) => void) {
    this.#send = send;
  }

  /** The way to the worker of a rank. */
  linkTo(rank: number): OpenLink {
    return (hear) => {
      const life = this.#life++;
      const gone = Promise.withResolvers<void>();
      this.#lives.set(`${rank} ${life}`, { hear, gone });
      this.#send(rank, { kind: "hire", life });
      return {
        send: (order) => this.#send(rank, { kind: "order", life, order }),
        end: () => {
          this.#send(rank, { kind: "dismiss", life });
          return gone.promise;
        },
      };
    };
  }

  /** Passes on what a rank says of its worker. */
  hear(rank: number, envelope: Envelope): void {
    if (envelope.kind === "event") {
      this.#lives.get(`${rank} ${envelope.life}`)?.hear(envelope.event);
    } else if (envelope.kind === "gone") {
      this.#lives.get(`${rank} ${envelope.life}`)?.gone.resolve();
      this.#lives.delete(`${rank} ${envelope.life}`);
    }
  }
}
