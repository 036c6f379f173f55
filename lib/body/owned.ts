/** Chunks that are only a part of their buffer, of which nobody needs the rest: who gets one may transfer it. */
export const owned: WeakSet<Uint8Array> = /* @__PURE__ */ new WeakSet();
