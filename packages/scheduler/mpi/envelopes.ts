import type { LinkEvent, Order } from "../workers/messages.ts";

/**
 * What ranks tell each other. A worker that is started again has the next `life`, so that what its
 * last one still says is known for old.
 */
export type Envelope =
  | { readonly kind: "hire"; readonly life: number }
  | { readonly kind: "order"; readonly life: number; readonly order: Order }
  | { readonly kind: "dismiss"; readonly life: number }
  | { readonly kind: "event"; readonly life: number; readonly event: LinkEvent }
  | { readonly kind: "gone"; readonly life: number }
  | { readonly kind: "beat" }
  | { readonly kind: "end"; readonly failed: boolean };
