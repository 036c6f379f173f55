// Loaded before the contract: a runtime without streams, but for sluice/polyfill. What of the runtime stands on streams goes too.
for (const name of Object.getOwnPropertyNames(globalThis))
  if (/Stream|ByteLengthQueuingStrategy|CountQueuingStrategy/.test(name)) delete globalThis[name];
await import('sluice/polyfill');
