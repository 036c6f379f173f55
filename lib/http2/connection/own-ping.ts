/** Our own PINGs: their payloads begin with "sluice" and a zero, and end with what they are for. `ping()` refuses them. */
export const OwnPing = {
  /** Measures the round trip. */
  BDP: 1,
  /** Shows that the first GOAWAY of a graceful end has arrived. */
  SHUTDOWN: 2,

  /** The eight octets of one. */
  payload(kind: number): Uint8Array {
    return Uint8Array.of(0x73, 0x6c, 0x75, 0x69, 0x63, 0x65, 0, kind);
  },

  /** Which one a payload is; 0 when it is somebody else's. */
  kindOf(payload: Uint8Array): number {
    const kind = payload[7] ?? 0;
    return OwnPing.payload(kind).every((byte, i) => byte === payload[i]) ? kind : 0;
  },
} as const;
