/** The bytes of a chunk; none where there is none. */
export const sizeOf = (chunk: Uint8Array | null | undefined): number => chunk?.byteLength || 0;
