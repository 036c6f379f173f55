import { readFileSync } from 'node:fs';

/** Bytes that the kernel holds for the connection between two ports of this machine, in both directions. Linux only. */
export function kernelQueues(one, other) {
  let queued = 0;
  for (const row of readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)) {
    const [, local, remote, , queues] = row.trim().split(/\s+/);
    if (!queues) continue;
    const ports = [local, remote].map((address) => Number.parseInt(address.split(':')[1], 16));
    if (ports.includes(one) && ports.includes(other))
      for (const hex of queues.split(':')) queued += Number.parseInt(hex, 16);
  }
  return queued;
}
