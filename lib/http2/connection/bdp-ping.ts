/** The payload of the PINGs that measure the round trip; `ping()` refuses it. */
export const BDP_PING: Uint8Array = /* @__PURE__ */ Uint8Array.of(0x73, 0x6c, 0x75, 0x69, 0x63, 0x65, 0, 1);
